"""Speed, memory and accuracy, each by one command; what they gave is kept in docs/."""
