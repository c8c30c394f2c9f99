// Brand colours that stay readable (WCAG contrast 4.5) whatever the site owner chose.

type Rgb = [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const AA = 4.5;

export const DEFAULT_BRAND = "#0b5cd5";

export const isHex = (color: string | undefined): color is string => /^#[0-9a-f]{6}$/i.test(color ?? "");

/** White or black, whichever reads better on `color`; they are equal at a luminance of 0.18. */
export const textOn = (color: string): string => (luminance(parse(color)) < 0.18 ? "#ffffff" : "#000000");

/** `color`, moved towards black or white until it reads well as text on `background`. */
export function readable(color: string, background: string): string {
  const ground = parse(background);
  const goal: Rgb = luminance(ground) > 0.4 ? [0, 0, 0] : WHITE;
  const start = parse(color);
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = start.map((part, i) => Math.round(part + ((goal[i] ?? 0) - part) * share)) as Rgb;
    if (contrast(mixed, ground) >= AA) return format(mixed);
  }
  return format(goal);
}

export const parse = (hex: string): Rgb => {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

const format = (rgb: Rgb): string => `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
