"""Commands: what incident commands and configuration changes share, whoever gives them."""
