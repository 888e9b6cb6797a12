"""A result in the browser: PyVista renders it here, trame shows it there."""
