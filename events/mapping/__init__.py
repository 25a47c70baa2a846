"""Body mapping: how any JSON body is read as alerts, by paths and expressions with limits."""
