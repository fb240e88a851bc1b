/* words.c -- see words.h.  Tables first; the few functions below only walk them.
 *
 * Streams: codes of the European Waste Catalogue; ranks, certificates, minutes and groups are assumed
 * defaults that a policy file can change.  Rank 3 for clinical waste, chemicals and oil, gas cylinders and
 * fibrous asbestos, 2 for bonded asbestos, 1 for other hazardous things.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "words.h"

#include <ctype.h>
#include <string.h>

/* clang-format off */
const char *const tr_waste_types[TR_N_WASTE_TYPES] = {
    "Animal Carcass", "Green", "Vehicle Parts", "White Goods", "Other Electrical", "Tyres", "Asbestos",
    "Clinical", "Constr / Demol / Excav", "Black Bags - Commercial", "Black Bags - Household",
    "Chemical Drums, Oil, Fuel", "Other Household Waste", "Other Commercial Waste", "Other (unidentified)",
};
const char *const tr_sizes[TR_N_SIZES] = {
    "Single Black Bag", "Single Item", "Car Boot or Less", "Small Van Load", "Transit Van Load",
    "Tipper Lorry Load", "Significant / Multi Loads",
};
const char *const tr_land_types[TR_N_LAND_TYPES] = {
    "Highway", "Footpath / Bridleway", "Back Alleyway", "Railway", "Council Land", "Agricultural",
    "Private / Residential", "Commercial / Industrial", "Watercourse / Bank", "Other (unidentified)",
};
const char *const tr_outcome_names[TR_N_OUTCOMES] = {
    "routed", "left", "review", "refer", "contractor", "not_ours", "duplicate",
};

enum {
    GENERAL, HOUSEHOLD_BAGS, COMMERCIAL_BAGS, BULKY, CONSTRUCTION, TYRES, VEHICLE_PARTS, GREEN, POPS,
    CARCASS,
    WEEE, WEEE_HAZARDOUS, FRIDGE, BATTERIES, TUBES, ASBESTOS_BONDED, ASBESTOS_FIBROUS, CLINICAL, CHEMICAL,
    OIL, PAINT, GAS_CYLINDER, SOIL
};

#define STREAM(i, name, ewc, what, group, family, cert, hazard, extra, ppe) \
    [i] = {name, ewc, what, group, family, cert, ppe, hazard, extra}
const tr_stream_info tr_stream_infos[TR_STREAM_COUNT] = {
    STREAM(GENERAL, "general", "20 03 01", "mixed waste", "general", NULL, NULL, 0, 0, ""),
    STREAM(HOUSEHOLD_BAGS, "household_bags", "20 03 01", "household bags", "general", NULL, NULL, 0, 0, ""),
    STREAM(COMMERCIAL_BAGS, "commercial_bags", "20 03 01", "commercial bags", "general", NULL, NULL, 0, 0,
           ""),
    STREAM(BULKY, "bulky", "20 03 07", "bulky items", "general", NULL, NULL, 0, 0, ""),
    STREAM(CONSTRUCTION, "construction", "17 09 04", "construction waste", "general", NULL, NULL, 0, 0, ""),
    STREAM(TYRES, "tyres", "16 01 03", "tyres", "general", NULL, NULL, 0, 0, ""),
    STREAM(VEHICLE_PARTS, "vehicle_parts", "16 01 22", "vehicle parts", "general", NULL, NULL, 0, 0, ""),
    STREAM(GREEN, "green", "20 02 01", "green waste", "green", NULL, NULL, 0, 0, ""),
    STREAM(POPS, "pops", "20 03 07", "upholstered seating (POPs)", NULL, NULL, NULL, 0, 0,
           "keep apart from all other waste, do not crush or tear"),
    STREAM(CARCASS, "animal_carcass", "02 01 02", "animal carcass", NULL, NULL, "animal_carcass", 0, 0,
           "gloves and coveralls, double-bag, look for chip or tag"),
    STREAM(WEEE, "weee", "20 01 36", "electrical items", "weee", "appliance", NULL, 0, 0, ""),
    STREAM(WEEE_HAZARDOUS, "weee_hazardous", "20 01 35*", "screens and hazardous electrical items", NULL,
           "appliance", NULL, 1, 0, "carry screens upright and whole, gloves"),
    STREAM(FRIDGE, "fridge", "20 01 23*", "fridge or freezer", NULL, "appliance", "fgas_fridge", 1, 0,
           "refrigerant: keep upright and whole, do not crush"),
    STREAM(BATTERIES, "batteries", "20 01 33*", "batteries", NULL, NULL, NULL, 1, 0,
           "fire and acid: gloves and goggles, terminals taped, no damaged cell in the cab"),
    STREAM(TUBES, "tubes", "20 01 21*", "fluorescent tubes", NULL, NULL, NULL, 1, 0,
           "mercury: gloves and goggles, carry whole in a tube box"),
    STREAM(ASBESTOS_BONDED, "asbestos_bonded", "17 06 05*", "bonded asbestos", NULL, "asbestos",
           "asbestos_bonded", 2, 25,
           "ASBESTOS: FFP3 mask, disposable coveralls, wet it, red inner and clear outer bag"),
    STREAM(ASBESTOS_FIBROUS, "asbestos_fibrous", "17 06 01*", "fibrous asbestos", NULL, "asbestos",
           "asbestos_licensed", 3, 25,
           "FIBROUS ASBESTOS: licensed crew only, full RPE, wet it, double-bag, closed vehicle"),
    STREAM(CLINICAL, "clinical", "18 01 03*", "clinical waste and sharps", NULL, NULL, "clinical_sharps",
           3, 10, "SHARPS: puncture-proof gloves, tongs, sharps box, never by hand"),
    STREAM(CHEMICAL, "chemical", "15 01 10*", "chemical drums or containers", NULL, "chemical",
           "chemical_oil", 3, 20, "CHEMICALS: gloves, goggles, spill kit, do not open or tilt, no ignition"),
    STREAM(OIL, "oil", "13 02 08*", "waste oil or fuel", NULL, "chemical", "chemical_oil", 3, 20,
           "OIL OR FUEL: gloves, goggles, spill kit, cover drains, no ignition"),
    STREAM(PAINT, "paint", "20 01 27*", "paint, resin or adhesive", NULL, "chemical", "chemical_oil", 3, 20,
           "PAINT: gloves, goggles, spill kit, keep lids on"),
    STREAM(GAS_CYLINDER, "gas_cylinder", "16 05 04*", "gas cylinder", NULL, NULL, "chemical_oil", 3, 0,
           "GAS UNDER PRESSURE: keep upright and tied, valve shut, no ignition, never crush"),
    STREAM(SOIL, "contaminated_soil", "17 05 03*", "contaminated soil", NULL, NULL, "chemical_oil", 1, 0,
           "contaminated soil: gloves, coveralls, keep covered"),
};

const char *const tr_stream_names[TR_STREAM_COUNT] = {
    "general", "household_bags", "commercial_bags", "bulky", "construction", "tyres", "vehicle_parts",
    "green", "pops", "animal_carcass", "weee", "weee_hazardous", "fridge", "batteries", "tubes",
    "asbestos_bonded",
    "asbestos_fibrous", "clinical", "chemical", "oil", "paint", "gas_cylinder", "contaminated_soil",
};
const char *const tr_cert_names[TR_CERT_COUNT] = {
    "asbestos_bonded", "asbestos_licensed", "clinical_sharps", "chemical_oil", "adr", "fgas_fridge", "weee",
    "pops_segregated", "animal_carcass", "hiab_operator",
};
const char *const tr_equipment_names[TR_EQUIPMENT_COUNT] = {
    "tail_lift", "hiab_grab", "winch", "spill_kit", "sharps_kit", "asbestos_kit", "sack_truck", "cage",
};

const int32_t tr_waste_type_streams[TR_N_WASTE_TYPES] = {
    CARCASS, GREEN, VEHICLE_PARTS, FRIDGE, WEEE, TYRES, ASBESTOS_BONDED, CLINICAL, CONSTRUCTION,
    COMMERCIAL_BAGS, HOUSEHOLD_BAGS, CHEMICAL, BULKY, GENERAL, GENERAL,
};

/* Words of texts, tags, labels and categories.  Longer phrases come first: a phrase found is blanked out,
 * so that "oil drum" is not oil and a drum.  Stream -1: means nothing, only blanks out. */
static const struct {
    const char *phrase; /* a key without the outer spaces */
    int32_t stream;
} phrases[] = {
    {"non hazardous", -1}, {"not hazardous", -1}, {"car seat", -1}, {"pine needle", -1}, {"drum kit", -1},
    {"sharp edge", -1}, {"sharp metal", -1}, {"sharp object", -1}, {"sharp corner", -1},
    {"oil painting", -1}, {"chemical toilet", CHEMICAL}, {"oil radiator", WEEE}, {"wheelie bin", -1},
    {"chemical oil fuel", CHEMICAL}, {"chemical drum oil fuel", CHEMICAL}, {"chemical oil drum", CHEMICAL},
    {"asbestos insulation board", ASBESTOS_FIBROUS}, {"asbestos insulation", ASBESTOS_FIBROUS},
    {"asbestos insulating board", ASBESTOS_FIBROUS}, {"asbestos lagging", ASBESTOS_FIBROUS},
    {"fibrous asbestos", ASBESTOS_FIBROUS}, {"asbestos fibrous", ASBESTOS_FIBROUS},
    {"loose asbestos", ASBESTOS_FIBROUS}, {"asbestos fibre", ASBESTOS_FIBROUS},
    {"unbonded asbestos", ASBESTOS_FIBROUS}, {"sprayed asbestos", ASBESTOS_FIBROUS},
    {"pipe lagging", ASBESTOS_FIBROUS}, {"asbestos licensed", ASBESTOS_FIBROUS},
    {"asbestos cement", ASBESTOS_BONDED}, {"asbestos bonded", ASBESTOS_BONDED},
    {"bonded asbestos", ASBESTOS_BONDED}, {"asbestos", ASBESTOS_BONDED}, {"asbestoses", ASBESTOS_BONDED},
    {"drug related litter", CLINICAL}, {"drug paraphernalia", CLINICAL}, {"clinical waste", CLINICAL},
    {"medical waste", CLINICAL}, {"clinical sharp", CLINICAL}, {"sharp box", CLINICAL},
    {"clinical", CLINICAL},
    {"hypodermic", CLINICAL}, {"needle", CLINICAL}, {"syringe", CLINICAL}, {"sharp", CLINICAL},
    {"oil drum", CHEMICAL}, {"chemical drum", CHEMICAL}, {"chemical container", CHEMICAL}, {"drum", CHEMICAL},
    {"chemical", CHEMICAL}, {"pesticide", CHEMICAL}, {"solvent", CHEMICAL}, {"acid", CHEMICAL},
    {"toxic", CHEMICAL}, {"hazardous", CHEMICAL}, {"jerry can", OIL}, {"jerrycan", OIL}, {"engine oil", OIL},
    {"cooking oil", OIL}, {"motor oil", OIL}, {"waste oil", OIL}, {"petrol", OIL}, {"diesel", OIL},
    {"fuel", OIL}, {"oil", OIL}, {"paint tin", PAINT}, {"paint can", PAINT}, {"paint pot", PAINT},
    {"tin of paint", PAINT}, {"tub of paint", PAINT}, {"can of paint", PAINT}, {"pot of paint", PAINT},
    {"paint", PAINT}, {"nox canister", GAS_CYLINDER}, {"nitrou oxide", GAS_CYLINDER},
    {"nitrous oxide", GAS_CYLINDER}, {"gas bottle", GAS_CYLINDER}, {"gas canister", GAS_CYLINDER},
    {"gas cylinder", GAS_CYLINDER}, {"gas tank", GAS_CYLINDER}, {"propane", GAS_CYLINDER},
    {"butane", GAS_CYLINDER}, {"calor", GAS_CYLINDER}, {"canister", GAS_CYLINDER}, {"cylinder", GAS_CYLINDER},
    {"lithium ion battery", BATTERIES}, {"lithium ion batterie", BATTERIES}, {"car battery", BATTERIES},
    {"battery", BATTERIES}, {"batterie", BATTERIES}, {"fluorescent tube", TUBES}, {"light tube", TUBES},
    {"strip light", TUBES}, {"contaminated soil", SOIL}, {"fridge freezer", FRIDGE},
    {"refrigerator", FRIDGE}, {"fridge", FRIDGE}, {"freezer", FRIDGE}, {"air conditioner", FRIDGE},
    {"television", WEEE_HAZARDOUS}, {"tv", WEEE_HAZARDOUS}, {"tvs", WEEE_HAZARDOUS},
    {"monitor", WEEE_HAZARDOUS},
    {"electric recliner", WEEE}, {"washing machine", WEEE}, {"tumble dryer", WEEE}, {"dishwasher", WEEE},
    {"cooker", WEEE}, {"microwave", WEEE}, {"oven", WEEE}, {"hoover", WEEE}, {"vacuum cleaner", WEEE},
    {"computer", WEEE}, {"printer", WEEE}, {"electrical", WEEE}, {"upholstered", POPS}, {"sofa", POPS},
    {"armchair", POPS}, {"arm chair", POPS}, {"settee", POPS}, {"couch", POPS}, {"futon", POPS},
    {"office chair", POPS}, {"recliner", POPS}, {"pouffe", POPS}, {"couche", POPS}, {"piece suite", POPS},
    {"mattress", BULKY}, {"mattresse", BULKY}, {"bed base", BULKY}, {"wardrobe", BULKY}, {"table", BULKY},
    {"furniture", BULKY}, {"trolley", BULKY}, {"carpet", BULKY}, {"dead animal", CARCASS},
    {"animal carcass", CARCASS}, {"animal carcasse", CARCASS}, {"carcass", CARCASS}, {"carcasse", CARCASS},
    {"green waste", GREEN}, {"garden waste", GREEN}, {"hedge cutting", GREEN}, {"grass cutting", GREEN},
    {"tree branch", GREEN}, {"branche", GREEN}, {"tyre", TYRES}, {"tire", TYRES},
    {"vehicle part", VEHICLE_PARTS}, {"car part", VEHICLE_PARTS}, {"bumper", VEHICLE_PARTS},
    {"rubble", CONSTRUCTION}, {"brick", CONSTRUCTION}, {"plasterboard", CONSTRUCTION},
    {"builder waste", CONSTRUCTION}, {"building material", CONSTRUCTION}, {"building waste", CONSTRUCTION},
    {"construction", CONSTRUCTION}, {"constr", CONSTRUCTION}, {"commercial bag", COMMERCIAL_BAGS},
    {"black bag commercial", COMMERCIAL_BAGS}, {"black bag", HOUSEHOLD_BAGS}, {"bin bag", HOUSEHOLD_BAGS},
    {"bag of rubbish", HOUSEHOLD_BAGS}, {"household bag", HOUSEHOLD_BAGS},
};

/* Other spellings of the lists, and what the category strings of common feeds say (index into the list). */
typedef struct {
    const char *phrase;
    int32_t index;
} alias;

static const alias type_aliases[] = {
    {"construction demolition excavation", 8}, {"construction demolition and excavation", 8},
    {"constr demol excav", 8}, {"builder rubble", 8}, {"building material", 8}, {"construction waste", 8},
    {"construction", 8}, {"rubble", 8}, {"black bag commercial", 9}, {"blk bag commercial", 9},
    {"blkbag commercial", 9}, {"commercial black bag", 9}, {"black bag household", 10},
    {"household waste black bin bag", 10}, {"household black bag", 10}, {"black bag", 10},
    {"black bin bag", 10},
    {"chemical drum oil and fuel", 11}, {"chemical drum oil fuel", 11}, {"chemical oil drum", 11},
    {"chemical drum", 11}, {"green waste", 1}, {"green garden waste", 1}, {"garden waste", 1},
    {"vehicle part", 2}, {"white good", 3}, {"other electrical", 4}, {"electrical", 4}, {"tyre", 5},
    {"asbestos", 6}, {"clinical", 7}, {"drug related litter", 7}, {"animal carcass", 0}, {"dead animal", 0},
    {"other household", 12}, {"household waste", 12}, {"furniture", 12}, {"mattress or bed base", 12},
    {"mattress", 12}, {"trolley", 12}, {"other commercial", 13}, {"commercial waste", 13},
    {"other unidentified", 14}, {"unidentified", 14}, {"nox canister", 14}, {"lithium ion battery", 4},
};
static const alias size_aliases[] = {
    {"less than one bag", 0}, {"single black bag", 0}, {"single bag", 0}, {"one bag", 0},
    {"fly tip small", 0},
    {"single item", 1}, {"one item", 1}, {"car boot load or less", 2}, {"car boot or less", 2},
    {"car boot", 2}, {"up to medium size van load", 3}, {"small van load", 3}, {"small van", 3},
    {"fly tip medium", 3}, {"transit van load", 4}, {"transit van", 4}, {"more than a van load", 5},
    {"tipper lorry load", 5}, {"tipper lorry", 5}, {"fly tip large", 5}, {"significant multi load", 6},
    {"significant or multi load", 6}, {"multi load", 6}, {"multiple load", 6},
};
static const alias land_aliases[] = {
    {"roadside verge", 0}, {"roadside", 0}, {"on street", 0}, {"street", 0}, {"highway", 0}, {"road", 0},
    {"footpath bridleway", 1}, {"footpath", 1}, {"bridleway", 1}, {"back alley", 2}, {"alleyway", 2},
    {"railway", 3}, {"public land", 4}, {"council land", 4}, {"estate", 4}, {"in park", 4}, {"park", 4},
    {"housing building", 4}, {"agricultural", 5}, {"private residential", 6}, {"private land", 6},
    {"commercial industrial", 7}, {"watercourse bank", 8}, {"watercourse", 8},
};
/* clang-format on */
#define COUNT(list) ((int32_t)(sizeof(list) / sizeof *(list)))

bool tr_stream_hazardous(int32_t stream)
{
    return strchr(tr_stream_infos[stream].ewc, '*') != NULL;
}

/* Writes the key of text, which needs 2 * length + 3 bytes at most.  Bytes beyond ASCII part words, as
 * typographic dashes and quotes do. */
static void write_key(const char *text, char *key)
{
    char *out = key;
    *out++ = ' ';
    while (*text) {
        while (*text && !isalnum((unsigned char)*text)) text++;
        char *word = out;
        while (isalnum((unsigned char)*text)) *out++ = (char)tolower((unsigned char)*text++);
        size_t n = (size_t)(out - word);
        if (n > 3 && out[-1] == 's' && out[-2] != 's' && strncmp(word, "asbestos", n))
            out--; /* the singular */
        if (n) *out++ = ' ';
    }
    *out = 0;
}

char *tr_words_key(tr_arena *arena, const char *text)
{
    char *key = TR_NEW(arena, char, 2 * strlen(text) + 3);
    write_key(text, key);
    return key;
}

/* The first place of the phrase as whole words (its leading space), or NULL. */
static char *phrase_at(const char *key, const char *phrase)
{
    size_t n = strlen(phrase);
    for (const char *p = key; (p = strstr(p, phrase)) != NULL; p++)
        if (p > key && p[-1] == ' ' && p[n] == ' ') return (char *)(p - 1);
    return NULL;
}

static int32_t find(const char *text, const char *const *list, int32_t n, const alias *aliases,
                    int32_t n_aliases)
{
    enum { LONGEST = 100 };
    char key[2 * LONGEST + 3], other[2 * LONGEST + 3];
    if (strlen(text) > LONGEST) return -1;
    write_key(text, key);
    for (int32_t i = 0; i < n; i++) {
        write_key(list[i], other);
        if (strcmp(key, other) == 0) return i;
    }
    for (int32_t i = 0; i < n_aliases; i++) {
        write_key(aliases[i].phrase, other);
        if (strcmp(key, other) == 0) return aliases[i].index;
    }
    return -1;
}

int32_t tr_waste_type_find(const char *text)
{
    return find(text, tr_waste_types, TR_N_WASTE_TYPES, type_aliases, COUNT(type_aliases));
}

int32_t tr_size_find(const char *text)
{
    return find(text, tr_sizes, TR_N_SIZES, size_aliases, COUNT(size_aliases));
}

int32_t tr_land_type_find(const char *text)
{
    return find(text, tr_land_types, TR_N_LAND_TYPES, land_aliases, COUNT(land_aliases));
}

int32_t tr_word_find(const char *text, const char *const *list, int32_t n)
{
    for (int32_t i = 0; i < n; i++)
        if (strcmp(text, list[i]) == 0) return i;
    return -1;
}

tr_mask tr_words_streams(char *key, const char **hazard_word)
{
    tr_mask found = 0;
    int32_t rank = -1;
    for (int32_t i = 0; i < COUNT(phrases); i++) {
        size_t n = strlen(phrases[i].phrase);
        int32_t stream = phrases[i].stream;
        for (char *at; (at = phrase_at(key, phrases[i].phrase)) != NULL;) {
            memset(at + 1, '.', n);
            if (stream < 0) continue;
            found |= (tr_mask)1 << stream;
            if (!tr_stream_hazardous(stream) || tr_stream_infos[stream].hazard <= rank) continue;
            rank = tr_stream_infos[stream].hazard;
            *hazard_word = phrases[i].phrase;
        }
    }
    return found;
}

/* The alias that stands first in the table wins: tables go from the special to the general. */
static int32_t first_alias(const char *key, const alias *aliases, int32_t n)
{
    for (int32_t i = 0; i < n; i++)
        if (phrase_at(key, aliases[i].phrase)) return aliases[i].index;
    return -1;
}

tr_category tr_category_read(const char *key)
{
    return (tr_category){
        .waste_type = first_alias(key, type_aliases, COUNT(type_aliases)),
        .size = first_alias(key, size_aliases, COUNT(size_aliases)),
        .land_type = first_alias(key, land_aliases, COUNT(land_aliases)),
    };
}
