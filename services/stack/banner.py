"""What `tocsin up` prints once everything runs: where to go from here."""

from services.stack.stack import Stack


def banner(stack: Stack) -> str:
    """Return the lines that tell a person where everything is."""
    rows = [
        ("API", stack.api_url),
        ("API docs", f"{stack.api_url}/docs"),
        ("Temporal", stack.temporal_ui_url or stack.temporal_address),
        ("Data", str(stack.data)),
        ("Logs", str(stack.data / "logs" / "*.log")),
    ]
    if stack.api_key_is_new:
        rows.append(("API key", f"{stack.api_key}  (shown this once; the CLI knows it)"))
    lines = "\n".join(f"  {what:<10}{where}" for what, where in rows)
    return f"\nTocsin is running.\n\n{lines}\n\nCtrl-C ends it; the data stays.\n"
