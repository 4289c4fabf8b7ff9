"""What contracts oblige us or the vendor to, and when that is done."""
