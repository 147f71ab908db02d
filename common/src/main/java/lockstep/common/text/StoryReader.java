package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;

import lockstep.common.UserError;

/** The stories of one file of TinyStories: the field {@value #FIELD} of each object of a JSON array, without blanks around it. Holds one story. */
final class StoryReader implements AutoCloseable {
    static final int LONGEST_STORY_CHARS = 1 << 20;

    private static final String FIELD = "story";
    /** Without a table of names, which would grow with what a file makes up. */
    private static final JsonFactory JSON = JsonFactory.builder()
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(LONGEST_STORY_CHARS).build()).build();

    private final JsonParser parser;
    private final String name;
    private long number;

    /**
     * @param in closed with this
     * @param name for messages
     */
    StoryReader(InputStream in, String name) throws IOException {
        this.parser = JSON.createParser(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        this.name = name;
    }

    /**
     * The next story, or empty at the end.
     *
     * @throws UserError when it is no JSON array, or there is something else in it or behind it
     */
    Optional<String> next() throws IOException {
        try {
            if (number == 0 && parser.nextToken() != JsonToken.START_ARRAY) {
                throw new UserError(name + ": is no JSON array; expected [{\"" + FIELD + "\": \"…\"}, …]");
            }
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_ARRAY) {
                requireEnd();
                return Optional.empty();
            }
            number++;
            if (token != JsonToken.START_OBJECT) {
                throw wrong("found " + token + ", expected a JSON object");
            }
            return Optional.of(PythonText.strip(story()));
        } catch (JsonProcessingException e) {
            throw noJson(e.getOriginalMessage().replaceAll("\\s+", " "), e);
        } catch (CharacterCodingException e) {
            throw noJson("bytes that are no UTF-8", e);
        }
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }

    private void requireEnd() throws IOException {
        if (parser.nextToken() != null) {
            throw new UserError(name + ": goes on after its array; expected one JSON array");
        }
    }

    private String story() throws IOException {
        Optional<String> story = Optional.empty();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean wanted = parser.currentName().equals(FIELD);
            JsonToken value = parser.nextToken();
            if (!wanted) {
                parser.skipChildren();
            } else if (value != JsonToken.VALUE_STRING || story.isPresent()) {
                throw wrong("field \"" + FIELD + "\": found " + (story.isPresent() ? "it twice" : value) + ", expected a string, once");
            } else {
                story = Optional.of(parser.getText());
            }
        }
        return story.orElseThrow(() -> wrong("has no field \"" + FIELD + "\""));
    }

    private UserError noJson(String what, IOException e) {
        return new UserError(name + ": is no JSON behind " + number + " stories: " + what, e);
    }

    private UserError wrong(String what) {
        return new UserError(name + ": story " + number + ": " + what);
    }
}
