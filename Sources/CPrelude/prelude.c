#include "CPrelude.h"

static const unsigned char class_source[] = {
#embed "../Scenario/Prelude/class.lua"
};

static const unsigned char later_source[] = {
#embed "../Scenario/Prelude/later.lua"
};

static const unsigned char null_source[] = {
#embed "../Scenario/Prelude/null.lua"
};

static const unsigned char again_source[] = {
#embed "../Scenario/Prelude/again.lua"
};

static const unsigned char quantities_source[] = {
#embed "../Scenario/Prelude/quantities.lua"
};

static const unsigned char numbers_source[] = {
#embed "../Scenario/Prelude/numbers.lua"
};

static const unsigned char secrets_source[] = {
#embed "../Scenario/Prelude/secrets.lua"
};

static const unsigned char describe_source[] = {
#embed "../Scenario/Prelude/describe.lua"
};

static const unsigned char arrays_source[] = {
#embed "../Scenario/Prelude/arrays.lua"
};

static const unsigned char failure_source[] = {
#embed "../Scenario/Prelude/failure.lua"
};

static const unsigned char deadlines_source[] = {
#embed "../Scenario/Prelude/deadlines.lua"
};

static const unsigned char options_source[] = {
#embed "../Scenario/Prelude/options.lua"
};

static const unsigned char passing_source[] = {
#embed "../Scenario/Prelude/passing.lua"
};

static const unsigned char patterns_source[] = {
#embed "../Scenario/Prelude/patterns.lua"
};

static const unsigned char matching_source[] = {
#embed "../Scenario/Prelude/matching.lua"
};

static const unsigned char difference_source[] = {
#embed "../Scenario/Prelude/difference.lua"
};

static const unsigned char hints_source[] = {
#embed "../Scenario/Prelude/hints.lua"
};

static const unsigned char sightings_source[] = {
#embed "../Scenario/Prelude/sightings.lua"
};

static const unsigned char names_source[] = {
#embed "../Scenario/Prelude/names.lua"
};

static const unsigned char payload_source[] = {
#embed "../Scenario/Prelude/payload.lua"
};

static const unsigned char kinds_source[] = {
#embed "../Scenario/Prelude/kinds.lua"
};

static const unsigned char reader_source[] = {
#embed "../Scenario/Prelude/reader.lua"
};

static const unsigned char delimited_source[] = {
#embed "../Scenario/Prelude/delimited.lua"
};

static const unsigned char prefixed_source[] = {
#embed "../Scenario/Prelude/prefixed.lua"
};

static const unsigned char stream_source[] = {
#embed "../Scenario/Prelude/stream.lua"
};

static const unsigned char jsonreading_source[] = {
#embed "../Scenario/Prelude/jsonreading.lua"
};

static const unsigned char jsonwriting_source[] = {
#embed "../Scenario/Prelude/jsonwriting.lua"
};

static const unsigned char json_source[] = {
#embed "../Scenario/Prelude/json.lua"
};

static const unsigned char respnotation_source[] = {
#embed "../Scenario/Prelude/respnotation.lua"
};

static const unsigned char resp_source[] = {
#embed "../Scenario/Prelude/resp.lua"
};

static const unsigned char codecs_source[] = {
#embed "../Scenario/Prelude/codecs.lua"
};

static const unsigned char waiting_source[] = {
#embed "../Scenario/Prelude/waiting.lua"
};

static const unsigned char expiring_source[] = {
#embed "../Scenario/Prelude/expiring.lua"
};

static const unsigned char sending_source[] = {
#embed "../Scenario/Prelude/sending.lua"
};

static const unsigned char conversation_source[] = {
#embed "../Scenario/Prelude/conversation.lua"
};

static const unsigned char expecting_source[] = {
#embed "../Scenario/Prelude/expecting.lua"
};

static const unsigned char assignment_source[] = {
#embed "../Scenario/Prelude/assignment.lua"
};

static const unsigned char choosing_source[] = {
#embed "../Scenario/Prelude/choosing.lua"
};

static const unsigned char ending_source[] = {
#embed "../Scenario/Prelude/ending.lua"
};

static const unsigned char specimen_source[] = {
#embed "../Scenario/Prelude/specimen.lua"
};

static const unsigned char template_source[] = {
#embed "../Scenario/Prelude/template.lua"
};

static const unsigned char marking_source[] = {
#embed "../Scenario/Prelude/marking.lua"
};

static const unsigned char sourcelines_source[] = {
#embed "../Scenario/Prelude/sourcelines.lua"
};

static const unsigned char talk_source[] = {
#embed "../Scenario/Prelude/talk.lua"
};

static const unsigned char leftovers_source[] = {
#embed "../Scenario/Prelude/leftovers.lua"
};

static const unsigned char vocabulary_source[] = {
#embed "../Scenario/Prelude/vocabulary.lua"
};

static const unsigned char proofreading_source[] = {
#embed "../Scenario/Prelude/proofreading.lua"
};

static const unsigned char loading_source[] = {
#embed "../Scenario/Prelude/loading.lua"
};

static const unsigned char locals_source[] = {
#embed "../Scenario/Prelude/locals.lua"
};

static const unsigned char lifetimes_source[] = {
#embed "../Scenario/Prelude/lifetimes.lua"
};

static const unsigned char listener_source[] = {
#embed "../Scenario/Prelude/listener.lua"
};

static const unsigned char opening_source[] = {
#embed "../Scenario/Prelude/opening.lua"
};

static const unsigned char course_source[] = {
#embed "../Scenario/Prelude/course.lua"
};

static const unsigned char barriers_source[] = {
#embed "../Scenario/Prelude/barriers.lua"
};

static const unsigned char ready_source[] = {
#embed "../Scenario/Prelude/ready.lua"
};

static const unsigned char command_source[] = {
#embed "../Scenario/Prelude/command.lua"
};

static const unsigned char notifications_source[] = {
#embed "../Scenario/Prelude/notifications.lua"
};

static const unsigned char process_source[] = {
#embed "../Scenario/Prelude/process.lua"
};

static const unsigned char assertions_source[] = {
#embed "../Scenario/Prelude/assertions.lua"
};

static const unsigned char repeating_source[] = {
#embed "../Scenario/Prelude/repeating.lua"
};

static const unsigned char checks_source[] = {
#embed "../Scenario/Prelude/checks.lua"
};

static const unsigned char literals_source[] = {
#embed "../Scenario/Prelude/literals.lua"
};

static const unsigned char scenario_source[] = {
#embed "../Scenario/Prelude/scenario.lua"
};

#define CHUNK(name) {#name, name##_source, sizeof name##_source}

static const struct prelude_chunk chunks[] = {
    CHUNK(class),
    CHUNK(later),
    CHUNK(null),
    CHUNK(again),
    CHUNK(quantities),
    CHUNK(numbers),
    CHUNK(secrets),
    CHUNK(describe),
    CHUNK(arrays),
    CHUNK(failure),
    CHUNK(deadlines),
    CHUNK(options),
    CHUNK(passing),
    CHUNK(patterns),
    CHUNK(matching),
    CHUNK(difference),
    CHUNK(hints),
    CHUNK(sightings),
    CHUNK(names),
    CHUNK(payload),
    CHUNK(kinds),
    CHUNK(reader),
    CHUNK(delimited),
    CHUNK(prefixed),
    CHUNK(stream),
    CHUNK(jsonreading),
    CHUNK(jsonwriting),
    CHUNK(json),
    CHUNK(respnotation),
    CHUNK(resp),
    CHUNK(codecs),
    CHUNK(waiting),
    CHUNK(expiring),
    CHUNK(sending),
    CHUNK(conversation),
    CHUNK(expecting),
    CHUNK(assignment),
    CHUNK(choosing),
    CHUNK(ending),
    CHUNK(specimen),
    CHUNK(template),
    CHUNK(marking),
    CHUNK(sourcelines),
    CHUNK(talk),
    CHUNK(lifetimes),
    CHUNK(listener),
    CHUNK(opening),
    CHUNK(course),
    CHUNK(barriers),
    CHUNK(ready),
    CHUNK(command),
    CHUNK(notifications),
    CHUNK(process),
    CHUNK(assertions),
    CHUNK(repeating),
    CHUNK(checks),
    CHUNK(leftovers),
    CHUNK(vocabulary),
    CHUNK(proofreading),
    CHUNK(loading),
    CHUNK(locals),
    CHUNK(literals),
    CHUNK(scenario),
};

struct prelude_sources prelude_sources(void) {
  return (struct prelude_sources){chunks, sizeof chunks / sizeof chunks[0]};
}
