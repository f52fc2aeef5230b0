#include "model/demo/demo_goods_data.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const colours[] = {
    "Cotton white", "Chalk",    "Linen",     "Sand",     "Clay",          "Terracotta",   "Brick",
    "Ox blood",     "Rosé",     "Aubergine", "Lavender", "Cornflower",    "Havel blue",   "Petrol",
    "Sea glass",    "Sage",     "Moss",      "Olive",    "Lemon",         "Ochre",        "Caramel",
    "Chestnut",     "Graphite", "Slate",     "Pebble",   "Dove grey",     "Anthracite",   "Night",
    "Poppy",        "Apricot",  "Mint",      "Fjord",    "Birch",         "Café au lait", "Straw",
    "Plum",         "Ivory",    "Greige",    "Copper",   "Midnight blue",
};
static const char *const woods[] = {
    "Oak natural", "Oak smoked", "Oak white oiled", "Walnut", "Ash",  "Larch", "Spruce", "Beech",
    "Maple",       "Cherry",     "Birch",           "Bamboo", "Pine", "Teak",  "Elm",    "Acacia",
};
static const char *const stones[] = {
    "Carrara", "Travertine", "Concrete grey", "Slate black", "Terrazzo",      "Sandstone",
    "Quartz",  "Basalt",     "Cement",        "Métro white", "Zellige green", "Limestone",
};
static const char *const tools[] = {
    "10 cm", "15 cm",  "18 cm",  "25 cm",        "No. 2",       "No. 4",        "No. 6",  "No. 8",
    "fine",  "medium", "coarse", "professional", "long handle", "set of three", "angled", "mini",
};

static const struct demo_shades of_colours = {colours, COUNT(colours), "colour"};
static const struct demo_shades of_woods = {woods, COUNT(woods), "wood"};
static const struct demo_shades of_stones = {stones, COUNT(stones), "finish"};
static const struct demo_shades of_tools = {tools, COUNT(tools), "size"};

static const struct demo_pack litres[] = {
    {"1 l", "1L", 100}, {"2.5 l", "2L5", 210}, {"5 l", "5L", 370}, {"10 l", "10L", 640}};
static const struct demo_pack tins[] = {
    {"375 ml", "375", 100}, {"750 ml", "750", 170}, {"2.5 l", "2L5", 480}};
static const struct demo_pack widths[] = {{"14 cm wide", "W14", 100}, {"19 cm wide", "W19", 118}};
static const struct demo_pack tiles[] = {
    {"10 × 10 cm", "10", 100}, {"30 × 60 cm", "36", 135}, {"60 × 60 cm", "60", 160}};
static const struct demo_packs in_litres = {litres, COUNT(litres)};
static const struct demo_packs in_tins = {tins, COUNT(tins)};
static const struct demo_packs in_widths = {widths, COUNT(widths)};
static const struct demo_packs in_tiles = {tiles, COUNT(tiles)};

const struct demo_category demo_category_names[] = {
    {"Interior paint", "interior-paint", "دهانات داخلية"},
    {"Exterior paint", "exterior-paint", "دهانات خارجية"},
    {"Varnish and oil", "varnish-oil", "ورنيش وزيوت"},
    {"Wood floors", "wood-floors", "أرضيات خشبية"},
    {"Tiles and stone", "tiles-stone", "بلاط وحجر"},
    {"Carpet and wallpaper", "carpet-wallpaper", "سجاد وورق جدران"},
    {"Tools", "tools", "أدوات"},
    {"Services", "services", "خدمات"},
};

const struct demo_family demo_families[] = {
    {"Latex wall paint", "LAT", "piece", 0, 1290, 52, &of_colours, &in_litres},
    {"Oak plank", "PLK", "square_metre", 3, 5490, 61, &of_woods, &in_widths},
    {"Paint roller", "ROL", "piece", 6, 850, 45, &of_tools, NULL},
    {"Chalk paint", "CHK", "piece", 0, 1890, 48, &of_colours, &in_tins},
    {"Wall tile", "TIL", "square_metre", 4, 3290, 55, &of_stones, &in_tiles},
    {"Flat brush", "BRU", "piece", 6, 690, 42, &of_tools, NULL},
    {"Façade paint", "FAC", "piece", 1, 1990, 54, &of_colours, &in_litres},
    {"Hard wax oil", "OIL", "piece", 2, 2450, 50, &of_woods, &in_tins},
    {"Vinyl plank", "VIN", "square_metre", 3, 2990, 58, &of_woods, NULL},
    {"Loop carpet", "CAR", "square_metre", 5, 2790, 57, &of_colours, NULL},
    {"Masking tape", "TAP", "piece", 6, 390, 40, &of_tools, NULL},
    {"Clear varnish", "VAR", "piece", 2, 1690, 49, &of_woods, &in_tins},
    {"Silk emulsion", "SIL", "piece", 0, 1590, 50, &of_colours, &in_litres},
    {"Floor tile", "FLT", "square_metre", 4, 4190, 56, &of_stones, &in_tiles},
    {"Wood glaze", "GLZ", "piece", 1, 1750, 51, &of_woods, &in_tins},
    {"Wallpaper", "WAL", "piece", 5, 3450, 47, &of_colours, NULL},
    {"Palette knife", "KNI", "piece", 6, 990, 41, &of_tools, NULL},
    {"Cork floor", "COR", "square_metre", 3, 3890, 60, &of_woods, NULL},
    {"Primer", "PRI", "piece", 0, 1150, 53, &of_colours, &in_litres},
    {"Grout", "GRO", "kilogram", 4, 790, 46, &of_stones, NULL},
    {"Sanding disc", "SAN", "piece", 6, 240, 38, &of_tools, NULL},
    {"Radiator enamel", "RAD", "piece", 1, 1490, 50, &of_colours, &in_tins},
    {"Skirting board", "SKI", "metre", 3, 720, 55, &of_woods, NULL},
    {"Felt carpet", "FEL", "square_metre", 5, 1990, 54, &of_colours, NULL},
};
const size_t demo_family_count = COUNT(demo_families);

const char *const demo_brands[] = {"Havel", "Kontor",    "Nordlicht", "Terra & Ton", "Brückner",
                                   "Lumen", "Spreeholz", "Alma",      "Werkbank",    "Kaolin"};
const size_t demo_brand_count = COUNT(demo_brands);
