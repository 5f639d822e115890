#include "CPrompt.h"

static const unsigned char evaluation_source[] = {
#embed "../Repl/Prelude/evaluation.lua"
};

static const unsigned char printing_source[] = {
#embed "../Repl/Prelude/printing.lua"
};

static const unsigned char results_source[] = {
#embed "../Repl/Prelude/results.lua"
};

static const unsigned char arrivals_source[] = {
#embed "../Repl/Prelude/arrivals.lua"
};

static const unsigned char lanes_source[] = {
#embed "../Repl/Prelude/lanes.lua"
};

static const unsigned char typing_source[] = {
#embed "../Repl/Prelude/typing.lua"
};

static const unsigned char commands_source[] = {
#embed "../Repl/Prelude/commands.lua"
};

static const unsigned char manual_source[] = {
#embed "../Repl/Prelude/manual.lua"
};

static const unsigned char completion_source[] = {
#embed "../Repl/Prelude/completion.lua"
};

static const unsigned char starts_source[] = {
#embed "../Repl/Prelude/starts.lua"
};

static const unsigned char steps_source[] = {
#embed "../Repl/Prelude/steps.lua"
};

static const unsigned char replay_source[] = {
#embed "../Repl/Prelude/replay.lua"
};

static const unsigned char manuscripts_source[] = {
#embed "../Repl/Prelude/manuscripts.lua"
};

static const unsigned char saving_source[] = {
#embed "../Repl/Prelude/saving.lua"
};

static const unsigned char prompt_source[] = {
#embed "../Repl/Prelude/prompt.lua"
};

static const unsigned char localsocket_source[] = {
#embed "../../docs/localsocket.lua"
};

#define CHUNK(name) {#name, name##_source, sizeof name##_source}

static const struct prelude_chunk chunks[] = {
    CHUNK(evaluation),
    CHUNK(printing),
    CHUNK(results),
    CHUNK(arrivals),
    CHUNK(lanes),
    CHUNK(typing),
    CHUNK(commands),
    CHUNK(manual),
    CHUNK(completion),
    CHUNK(starts),
    CHUNK(steps),
    CHUNK(replay),
    CHUNK(manuscripts),
    CHUNK(saving),
    CHUNK(prompt),
    CHUNK(localsocket),
};

struct prelude_sources prompt_sources(void) {
  return (struct prelude_sources){chunks, sizeof chunks / sizeof chunks[0]};
}
