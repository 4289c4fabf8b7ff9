"""What others attest of a vendor: received, reviewed by somebody else, watched until it expires."""
