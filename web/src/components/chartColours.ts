/** Tokens for lines that are no verdicts; told apart by their lightness as well as by their hue. */
export const chartColours = ['chart-1', 'chart-2', 'chart-3', 'chart-4', 'chart-5', 'chart-6', 'chart-7', 'chart-8'];
