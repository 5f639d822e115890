#include "CPage.h"

static const unsigned char template_source[] = {
#embed "../Scenario/Report/Html/page.html"
};

static const unsigned char style_source[] = {
#embed "../Scenario/Report/Html/style.css"
};

// One script: each part uses only those before it.
static const unsigned char script_source[] = {
#embed "../Scenario/Report/Html/model.js"
    ,
#embed "../Scenario/Report/Html/output.js"
    ,
#embed "../Scenario/Report/Html/sequence.js"
    ,
#embed "../Scenario/Report/Html/diagram.js"
    ,
#embed "../Scenario/Report/Html/details.js"
    ,
#embed "../Scenario/Report/Html/place.js"
    ,
#embed "../Scenario/Report/Html/table.js"
    ,
#embed "../Scenario/Report/Html/list.js"
    ,
#embed "../Scenario/Report/Html/overview.js"
    ,
#embed "../Scenario/Report/Html/difference.js"
    ,
#embed "../Scenario/Report/Html/scenario.js"
    ,
#embed "../Scenario/Report/Html/page.js"
    ,
#embed "../Scenario/Report/Html/keyboard.js"
};

#define PART(source) ((struct page_part){source, sizeof source})

struct page_part page_template(void) { return PART(template_source); }

struct page_part page_style(void) { return PART(style_source); }

struct page_part page_script(void) { return PART(script_source); }
