#include "CFuzzing.h"

static const unsigned char aflstats_source[] = {
#embed "../Fuzzing/Prelude/aflstats.lua"
};

static const unsigned char alphabets_source[] = {
#embed "../Fuzzing/Prelude/alphabets.lua"
};

static const unsigned char block_source[] = {
#embed "../Fuzzing/Prelude/block.lua"
};

static const unsigned char campaign_source[] = {
#embed "../Fuzzing/Prelude/campaign.lua"
};

static const unsigned char cases_source[] = {
#embed "../Fuzzing/Prelude/cases.lua"
};

static const unsigned char checksums_source[] = {
#embed "../Fuzzing/Prelude/checksums.lua"
};

static const unsigned char corpus_source[] = {
#embed "../Fuzzing/Prelude/corpus.lua"
};

static const unsigned char delivery_source[] = {
#embed "../Fuzzing/Prelude/delivery.lua"
};

static const unsigned char dictionary_source[] = {
#embed "../Fuzzing/Prelude/dictionary.lua"
};

static const unsigned char endings_source[] = {
#embed "../Fuzzing/Prelude/endings.lua"
};

static const unsigned char feedback_source[] = {
#embed "../Fuzzing/Prelude/feedback.lua"
};

static const unsigned char findings_source[] = {
#embed "../Fuzzing/Prelude/findings.lua"
};

static const unsigned char fuzzglobals_source[] = {
#embed "../Fuzzing/Prelude/fuzzglobals.lua"
};

static const unsigned char fuzzing_source[] = {
#embed "../Fuzzing/Prelude/fuzzing.lua"
};

static const unsigned char generator_source[] = {
#embed "../Fuzzing/Prelude/generator.lua"
};

static const unsigned char harvest_source[] = {
#embed "../Fuzzing/Prelude/harvest.lua"
};

static const unsigned char health_source[] = {
#embed "../Fuzzing/Prelude/health.lua"
};

static const unsigned char histories_source[] = {
#embed "../Fuzzing/Prelude/histories.lua"
};

static const unsigned char hostile_source[] = {
#embed "../Fuzzing/Prelude/hostile.lua"
};

static const unsigned char instruments_source[] = {
#embed "../Fuzzing/Prelude/instruments.lua"
};

static const unsigned char interleaving_source[] = {
#embed "../Fuzzing/Prelude/interleaving.lua"
};

static const unsigned char investigation_source[] = {
#embed "../Fuzzing/Prelude/investigation.lua"
};

static const unsigned char journal_source[] = {
#embed "../Fuzzing/Prelude/journal.lua"
};

static const unsigned char leaks_source[] = {
#embed "../Fuzzing/Prelude/leaks.lua"
};

static const unsigned char luarandom_source[] = {
#embed "../Fuzzing/Prelude/luarandom.lua"
};

static const unsigned char machine_source[] = {
#embed "../Fuzzing/Prelude/machine.lua"
};

static const unsigned char merging_source[] = {
#embed "../Fuzzing/Prelude/merging.lua"
};

static const unsigned char mutation_source[] = {
#embed "../Fuzzing/Prelude/mutation.lua"
};

static const unsigned char oracles_source[] = {
#embed "../Fuzzing/Prelude/oracles.lua"
};

static const unsigned char patience_source[] = {
#embed "../Fuzzing/Prelude/patience.lua"
};

static const unsigned char progress_source[] = {
#embed "../Fuzzing/Prelude/progress.lua"
};

static const unsigned char randomness_source[] = {
#embed "../Fuzzing/Prelude/randomness.lua"
};

static const unsigned char recorded_source[] = {
#embed "../Fuzzing/Prelude/recorded.lua"
};

static const unsigned char rehearsal_source[] = {
#embed "../Fuzzing/Prelude/rehearsal.lua"
};

static const unsigned char replaying_source[] = {
#embed "../Fuzzing/Prelude/replaying.lua"
};

static const unsigned char reproducer_source[] = {
#embed "../Fuzzing/Prelude/reproducer.lua"
};

static const unsigned char servers_source[] = {
#embed "../Fuzzing/Prelude/servers.lua"
};

static const unsigned char shapes_source[] = {
#embed "../Fuzzing/Prelude/shapes.lua"
};

static const unsigned char shrinking_source[] = {
#embed "../Fuzzing/Prelude/shrinking.lua"
};

static const unsigned char standing_source[] = {
#embed "../Fuzzing/Prelude/standing.lua"
};

static const unsigned char state_source[] = {
#embed "../Fuzzing/Prelude/state.lua"
};

static const unsigned char steplines_source[] = {
#embed "../Fuzzing/Prelude/steplines.lua"
};

static const unsigned char store_source[] = {
#embed "../Fuzzing/Prelude/store.lua"
};

static const unsigned char structurepasses_source[] = {
#embed "../Fuzzing/Prelude/structurepasses.lua"
};

static const unsigned char tape_source[] = {
#embed "../Fuzzing/Prelude/tape.lua"
};

static const unsigned char trial_source[] = {
#embed "../Fuzzing/Prelude/trial.lua"
};

static const unsigned char valuepasses_source[] = {
#embed "../Fuzzing/Prelude/valuepasses.lua"
};

static const unsigned char verdicts_source[] = {
#embed "../Fuzzing/Prelude/verdicts.lua"
};

static const unsigned char shim_source[] = {
#embed "../Fuzzing/Shim/coverage.c"
};

#define CHUNK(name) {#name, name##_source, sizeof name##_source}

static const struct prelude_chunk chunks[] = {
    CHUNK(aflstats),
    CHUNK(alphabets),
    CHUNK(block),
    CHUNK(campaign),
    CHUNK(cases),
    CHUNK(checksums),
    CHUNK(corpus),
    CHUNK(delivery),
    CHUNK(dictionary),
    CHUNK(endings),
    CHUNK(feedback),
    CHUNK(findings),
    CHUNK(fuzzglobals),
    CHUNK(fuzzing),
    CHUNK(generator),
    CHUNK(harvest),
    CHUNK(health),
    CHUNK(histories),
    CHUNK(hostile),
    CHUNK(instruments),
    CHUNK(interleaving),
    CHUNK(investigation),
    CHUNK(journal),
    CHUNK(leaks),
    CHUNK(luarandom),
    CHUNK(machine),
    CHUNK(merging),
    CHUNK(mutation),
    CHUNK(oracles),
    CHUNK(patience),
    CHUNK(progress),
    CHUNK(randomness),
    CHUNK(recorded),
    CHUNK(rehearsal),
    CHUNK(replaying),
    CHUNK(reproducer),
    CHUNK(servers),
    CHUNK(shapes),
    CHUNK(shrinking),
    CHUNK(standing),
    CHUNK(state),
    CHUNK(steplines),
    CHUNK(store),
    CHUNK(structurepasses),
    CHUNK(tape),
    CHUNK(trial),
    CHUNK(valuepasses),
    CHUNK(verdicts),
};

static const struct prelude_chunk shim = {"coverage.c", shim_source, sizeof shim_source};

struct prelude_sources fuzzing_sources(void) {
  return (struct prelude_sources){chunks, sizeof chunks / sizeof chunks[0]};
}

const struct prelude_chunk *fuzzing_shim(void) { return &shim; }
