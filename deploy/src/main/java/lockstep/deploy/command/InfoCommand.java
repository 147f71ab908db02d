package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import lockstep.common.checkpoint.DirectoryDescription;
import lockstep.common.format.FileDescription;
import lockstep.common.gguf.GgufDescription;
import lockstep.common.huggingface.HuggingFaceModel;
import lockstep.deploy.model.StoredModel;

/** {@code lockstep info}: what lies in a file or a directory. */
@Command(
    name = "info",
    description = {"Says what each file or directory holds.", "",
        "It knows models, token shards, debug states, tokenizers, optimizer states and multiple-choice evaluations of llm.c, and the checkpoints, "
            + "configurations and logs of a run, models of Hugging Face (safetensors), and of llama.cpp (gguf). Sizes are checked against headers, and a checkpoint's files against its checksums."},
    mixinStandardHelpOptions = true,
    footer = {"", "Example: lockstep info runs/bard/checkpoints/step_00000100"})
public final class InfoCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files, checkpoint directories or run directories.")
    private List<Path> paths;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (int i = 0; i < paths.size(); i++) {
            if (i > 0) {
                out.println();
            }
            describe(paths.get(i)).forEach(out::println);
            // what was said stays said, whatever is wrong with the next one
            out.flush();
        }
        return 0;
    }

    private static List<String> describe(Path path) {
        if (StoredModel.isHuggingFace(path)) {
            return HuggingFaceModel.open(path).describe();
        }
        if (GgufDescription.isOne(path)) {
            return GgufDescription.describe(path);
        }
        return Files.isDirectory(path) ? DirectoryDescription.describe(path) : FileDescription.describe(path);
    }
}
