"""The runtime, tried as it is used: real servers, real processes, real signals."""
