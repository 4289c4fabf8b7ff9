"""What is said in confidence: encrypted per record, readable by those who take part."""
