"""Banner: what `tocsin up` prints once everything runs, and where to go from here."""

from activities.integrations.email.provider import SmtpServer
from services.stack.ports import HOST
from services.stack.stack import Stack

NO_MAIL = "not set up: pages by e-mail fail until TOCSIN_SMTP_HOST names a mail server"


def banner(stack: Stack, server: SmtpServer) -> str:
    """Return the lines that tell a person where everything is."""
    is_set = "smtp_host" in server.model_fields_set
    mail = f"over {server.smtp_host}:{server.smtp_port}" if is_set else NO_MAIL
    rows = [
        ("Open", stack.web_url),
        ("API", stack.api_url),
        ("API docs", f"{stack.api_url}/docs"),
        ("Temporal", stack.temporal_ui_url or stack.temporal_address),
        ("Data", str(stack.data)),
        ("Logs", str(stack.data / "logs" / "*.log")),
        ("E-mail", mail),
        ("Alerts by", f"mail to {HOST}:{stack.mail_port}, SMTP or LMTP"),
    ]
    if stack.api_key_is_new:
        rows.append(("API key", f"{stack.api_key}  (shown this once; the CLI knows it)"))
    if stack.first_admin_url is not None:
        rows.append(("Sign in", f"{stack.first_admin_url}  (once, within an hour)"))
    lines = "\n".join(f"  {what:<10}{where}" for what, where in rows)
    return f"\nTocsin is running.\n\n{lines}\n\nCtrl-C ends it; the data stays.\n"
