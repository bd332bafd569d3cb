/** A choice of options that products of a department may offer. */
export interface OptionGroup {
  name: string;
  values: readonly string[];
}

/** What generated products of one category are made of. Every word is listed by what it is, so that nouns are known. */
export interface Department {
  category: string;
  /** Products in a thousand. */
  share: number;
  /** First entry of the category path. */
  root: string;
  /** Nouns that stand before the thing; together with `things` they make the kinds. */
  prefixes: readonly string[];
  things: readonly string[];
  looks: readonly string[];
  materials: readonly string[];
  /** What it is for, nouns: "for camping". */
  uses: readonly string[];
  /** Two-word attributes by where an instruction puts them: before the kind, after "with", after "for". */
  attributes: { before: readonly string[]; with: readonly string[]; for: readonly string[] };
  optionGroups: readonly OptionGroup[];
}

const list = (text: string) => text.split('|');

const COLOURS: OptionGroup = {
  name: 'color',
  values: list(
    'black|white|grey|navy|beige|red|olive green|coal grey|dusty pink|a3-wine|c1 teal|b-khaki|ice blue|walnut | black|sky|' +
      'white-2|multicolor|smoke|deep violet|sand stripe|z-brown|moss|pearl|rust orange|clear',
  ),
};
const SIZES: OptionGroup = {
  name: 'size',
  values: list('small|medium|large|x-large|xx-large|3x-large|x-small|one size|4x-large tall'),
};

export const DEPARTMENTS: readonly Department[] = [
  {
    category: 'beauty',
    share: 238,
    root: 'Beauty & Personal Care',
    prefixes: list('face|body|hair|hand|nail|lip|foot|eye'),
    things: list('cream|mask|serum|scrub|oil|brush|balm'),
    looks: list('gentle|silky|fresh|mild|rich|calming|light|pure|smooth|daily|natural|refreshing'),
    materials: list('aloe|honey|shea|rosewater|clay|bamboo|coconut|oat|charcoal|jojoba'),
    uses: list('travel|winter|salon|bedtime|shower|gift|spa|summer'),
    attributes: {
      before: list(
        'cruelty free|long lasting|easy use|fragrance free|high quality|alcohol free|paraben free|easy carry|oil free|quick drying',
      ),
      with: list(
        'tea tree|vitamin boost|argan oil|hyaluronic acid|natural ingredients|green tea|sea salt|plant extract|almond milk',
      ),
      for: list(
        'dry skin|sensitive skin|damaged hair|fine lines|dark circles|oily skin|split ends|dry hands',
      ),
    },
    optionGroups: [
      { name: 'scent', values: list('lavender|citrus|unscented|vanilla|rose|mint|cedar|ocean breeze') },
      {
        name: 'size',
        values: list('1 fl oz|2 fl oz (pack of 2)|50 ml|100 ml|4 ounce|8 ounce (pack of 3)|travel size'),
      },
      COLOURS,
    ],
  },
  {
    category: 'electronics',
    share: 229,
    root: 'Electronics',
    prefixes: list('desk|travel|car|studio|outdoor|wall|pocket'),
    things: list('speaker|charger|camera|headset|monitor|cable|tripod|projector'),
    looks: list('compact|slim|portable|sturdy|bright|quiet|fast|wireless|foldable|digital|waterproof|smart'),
    materials: list('aluminium|nylon|silicone|steel|glass|rubber|carbon|leather'),
    uses: list('meetings|music|cycling|streaming|camping|parties|school|photography'),
    attributes: {
      before: list(
        'high definition|noise cancelling|fast charging|water resistant|high speed|plug play|hands free|easy install|dual band|high performance',
      ),
      with: list(
        'stereo sound|quad core|optical zoom|carrying case|usb port|touch screen|aluminum alloy|batteries included|remote control',
      ),
      for: list('home theater|video calls|long trips|small rooms|night shots|daily workouts'),
    },
    optionGroups: [
      COLOURS,
      { name: 'size', values: list('3.5 mm|6 feet|10 feet|15.6 inch|24 inch|64gb|128gb|256gb') },
      { name: 'style', values: list('basic|bundle|pro|with stand|2 pack|eu plug | us plug') },
    ],
  },
  {
    category: 'garden',
    share: 216,
    root: 'Home & Kitchen',
    prefixes: list('bed|sofa|bath|kitchen|patio|office'),
    things: list('rug|shelf|table|curtain|pillow|lamp|basket|stool'),
    looks: list('rustic|modern|soft|round|folding|cozy|striped|handmade|large|narrow|vintage|plain'),
    materials: list('oak|cotton|linen|pine|velvet|rattan|wool|marble|iron|ceramic'),
    uses: list('guests|reading|storage|picnics|plants|balconies|breakfast|children'),
    attributes: {
      before: list(
        'machine washable|easy clean|space saving|heavy duty|eco friendly|double sided|non slip|easy assemble|fade resistant|ready hang',
      ),
      with: list(
        'solid wood|storage space|steel frame|memory foam|printing technology|metal legs|faux leather|tempered glass|stainless steel',
      ),
      for: list('living room|dining room|small spaces|guest room|home office|laundry room'),
    },
    optionGroups: [
      COLOURS,
      {
        name: 'size',
        values: list('18" x 18"|20" x 28"|2 ft x 3 ft|5 ft x 7 ft|queen|king|twin|36"w x 84"l|60x40x40cm'),
      },
      { name: 'item shape', values: list('rectangular|round|square|runner') },
    ],
  },
  {
    category: 'fashion',
    share: 200,
    root: 'Clothing, Shoes & Jewelry',
    prefixes: list("women's|men's|girl's|boy's"),
    things: list('sweater|jacket|loafer|coat|shirt|sandal|sock|pyjama|cardigan|hoodie'),
    looks: list('casual|loose|warm|slim|short|classic|stretchy|elegant|oversized|plain|striped|hooded'),
    materials: list('cotton|denim|wool|leather|linen|fleece|suede|satin|mesh|corduroy'),
    uses: list('hiking|work|weddings|yoga|holidays|beaches|parties|lounging'),
    attributes: {
      before: list(
        'slim fit|hand wash|machine wash|loose fit|long sleeve|water resistant|slip resistant|wide leg|open toe|day comfort',
      ),
      with: list(
        'rubber sole|elastic waist|arch support|drawstring closure|short sleeve|polyester spandex|button closure|faux fur|ankle strap',
      ),
      for: list('daily wear|gym workout|teen girls|cold weather|dress parties|everyday wear'),
    },
    optionGroups: [SIZES, COLOURS, { name: 'fit type', values: list('men|women|youth|regular|relaxed') }],
  },
  {
    category: 'grocery',
    share: 117,
    root: 'Grocery & Gourmet Food',
    prefixes: list('oat|rice|nut|fruit|vegetable|seed'),
    things: list('bar|snack|drink|cracker|soup|spread|tea'),
    looks: list('crunchy|sweet|salty|spicy|organic|roasted|creamy|smoky|tangy|crispy|raw|whole'),
    materials: list('cocoa|peanut|mango|maple|ginger|tomato|chili|lemon|cinnamon|basil'),
    uses: list('lunchboxes|picnics|breakfast|baking|hikes|desserts|sharing|toddlers'),
    attributes: {
      before: list(
        'gluten free|sugar free|low sodium|non gmo|dairy free|keto friendly|fat free|ready eat|individually wrapped|soy free',
      ),
      with: list(
        'natural flavors|protein serving|high fiber|quality ingredients|real fruit|dietary fiber|sea salt|natural ingredients',
      ),
      for: list('birthday party|gift baskets|busy mornings|long hikes|school lunches'),
    },
    optionGroups: [
      {
        name: 'flavor name',
        values: list(
          'salted caramel|dark chocolate|sour cherry|pepper|original|honey mustard|lime|garlic herb',
        ),
      },
      {
        name: 'size',
        values: list('6 ounce (pack of 12)|1.3 ounce|12 count|24 count (pack of 2)|2 pound|5.5 oz bag'),
      },
    ],
  },
];
