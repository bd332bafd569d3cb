/** What the palette offers. */
export interface PaletteItem {
  /** Its own among all of them. */
  id: string;
  title: string;
  /** Told beside the title. */
  detail?: string;
  /** More words that find it. */
  also?: string;
  /** That do the same without the palette. */
  keys?: readonly string[];
  /** An address to go to, or what to do. */
  does: string | (() => void);
}

export interface PaletteGroup {
  title: string;
  items: readonly PaletteItem[];
  /** Where all are that fit these words, if there are too many to offer. */
  all?: (text: string) => PaletteItem;
}
