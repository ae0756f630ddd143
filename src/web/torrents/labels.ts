/** Labels as people type them: separated by commas, each once. */
export function labelsIn(text: string): readonly string[] {
  return [...new Set(text.split(',').map((one) => one.trim()))].filter(Boolean);
}
