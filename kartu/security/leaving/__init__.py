"""What a person who goes leaves behind: what acts in his name and ends with his access (`revoked`)."""
