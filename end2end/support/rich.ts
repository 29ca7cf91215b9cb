/** An answer with everything that a page must set well. */
export const RICH = `# A garden in a small yard

Biscuit[^dog] gets **one third** of it, the tomatoes the rest; see [the plan](https://example.com/plan) and \`beds.toml\`.

## Beds

| bed | width | what grows there | water |
|:---|---:|---|:---:|
| south | 1.20 m | tomatoes, basil | daily |
| west | 0.80 m | salad, radishes | every other day |
| the long one at the wall | 3.40 m | beans, peas, and whatever comes by itself | ${"rarely ".repeat(12)} |

- [x] dig the south bed
- [ ] buy seeds
  - beans
  - peas

1. Begin with a little.
2. Wait a day.

> Water in the evening, never at noon.

\`\`\`rust
/// How much water a bed wants, in litres.
fn water(bed: &Bed, days: u32) -> f64 {
    let per_day = 4.5; // measured in July
    let note = "a line that is much longer than any window is wide, so that it has to scroll inside of its own block and nowhere else";
    bed.width * per_day * f64::from(days)
}
\`\`\`

\`\`\`python
@cached
def water(bed: Bed, days: int = 1) -> float:
    """How much water a bed wants."""
    return sum(bed.width * 4.5 for _ in range(days)) if days > 0 else None
\`\`\`

The area of a bed is $A = \\pi r^2$ when it is round, and all together

$$
W = \\sum_{i=1}^{n} \\frac{a_i \\cdot w_i}{\\sqrt{1 + t_i^2}} + \\int_0^T e^{-\\lambda t}\\,dt + a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + b_1 + b_2 + b_3 + b_4 + b_5 + b_6
$$

الحديقة صغيرة، لكنها تكفي لـ Biscuit ولنا جميعاً.

番茄每天浇水，生菜隔天浇一次；豆子靠墙种，不用常浇水。

Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsentwurfsvorlagenmappe stands alone.

[^dog]: The dog, who is allergic to chicken.
`;
