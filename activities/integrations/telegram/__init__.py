"""Messages in Telegram chats."""
