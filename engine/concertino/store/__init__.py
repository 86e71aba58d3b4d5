"""What is kept between runs, by content, as checked JSON."""
