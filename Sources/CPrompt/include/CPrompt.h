#ifndef CPROMPT_H
#define CPROMPT_H

#include "CPrelude.h"

/// What typing adds to the prelude, and the reference of the module, which its help shows.
struct prelude_sources prompt_sources(void);

#endif
