"""The sacroiliac joint as a mechanical model: rigid bones, ligaments, contact with friction."""
