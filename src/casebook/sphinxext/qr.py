"""A code to scan for an address."""

import io

import segno


def qr_svg(address: str) -> str:
    """Return a QR code as SVG, error correction M, with the quiet zone the standard asks for."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False, nl=False)
    return out.getvalue().decode()
