"""What people can do and have proved: certifications with their evidence."""
