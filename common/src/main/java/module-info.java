/** What two processes must agree on: configuration, file formats, tokenizers, random numbers, metrics. */
module lockstep.common {
    requires transitive com.fasterxml.jackson.databind;
    requires jdk.jfr;
    requires aircompressor;
    requires jtokkit;
    requires org.slf4j;
    requires transitive HdrHistogram;

    exports lockstep.common;
    exports lockstep.common.checkpoint;
    exports lockstep.common.compress;
    exports lockstep.common.config;
    exports lockstep.common.exam;
    exports lockstep.common.fault;
    exports lockstep.common.filekind;
    exports lockstep.common.format;
    exports lockstep.common.gguf;
    exports lockstep.common.huggingface;
    exports lockstep.common.latency;
    exports lockstep.common.model;
    exports lockstep.common.random;
    exports lockstep.common.replica;
    exports lockstep.common.safetensors;
    exports lockstep.common.stream;
    exports lockstep.common.text;
    exports lockstep.common.timing;
    exports lockstep.common.trace;

    // Jackson makes the records that a checkpoint's JSON files hold
    opens lockstep.common.checkpoint to com.fasterxml.jackson.databind;
}
