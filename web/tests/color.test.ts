import { expect, it } from "vitest";
import { contrast, parse, readable, textOn } from "../src/shared/color.ts";

const COLORS = ["#000000", "#ffffff", "#ffd400", "#0b5cd5", "#7f7f7f", "#e91e63", "#00c853", "#767676"];

it.each(COLORS)("text on %s is readable", (color) => {
  expect(contrast(parse(color), parse(textOn(color)))).toBeGreaterThanOrEqual(4.5);
});

it.each(COLORS)("%s as text becomes readable on light and dark", (color) => {
  for (const ground of ["#ffffff", "#12171f"]) {
    expect(contrast(parse(readable(color, ground)), parse(ground))).toBeGreaterThanOrEqual(4.5);
  }
});
