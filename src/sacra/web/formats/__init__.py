"""How dates and times are written in each language, where Django does it otherwise than Sacra."""
