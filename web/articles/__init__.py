"""Help articles as pages, and the quotes of answers highlighted in them."""
