"""Beside ④ dialogue: where conversations are kept between turns and who may work on one."""
