"""Practice read models: noise, and the postmortem's first draft."""
