import { DEFAULT_BRAND, isHex, readable, textOn } from "../shared/color.ts";

/** The least favourable grounds that it stands on. */
const SURFACE = { light: "#eef1f6", dark: "#252e3b" };

/** The site owner's colour, with a readable shade of it for text in both colour schemes. */
export function applyBrand(color: string | undefined): void {
  if (!isHex(color) || color === DEFAULT_BRAND) return;
  const { style } = document.documentElement;
  style.setProperty("--brand", color);
  style.setProperty("--on-brand", textOn(color));
  style.setProperty("--brand-text-light", readable(color, SURFACE.light));
  style.setProperty("--brand-text-dark", readable(color, SURFACE.dark));
}
