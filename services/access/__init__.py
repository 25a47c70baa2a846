"""Access: who calls, what they may do, and which incidents they may see."""
