import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import lockstep.common.checkpoint.ModelSource;
import lockstep.common.format.ModelFile;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;
import lockstep.node.generate.Generator;
import lockstep.node.generate.Sampler;
import lockstep.node.generate.SamplerSettings;
import lockstep.node.generate.TextGenerator;
import lockstep.node.parallel.Workers;

/** Has a trained model go on with a prompt: Talk RUN_DIRECTORY PROMPT. */
public class Talk {
    public static void main(String[] args) {
        ModelSource source = ModelSource.resolve(Path.of(args[0]));
        ModelShape shape = ModelFile.readShape(source.file());
        Tokenizer tokenizer = Tokenizer.named(source.tokenizer().orElse("gpt2"));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (Workers workers = new Workers(Runtime.getRuntime().availableProcessors())) {
            Generator generator = new Generator(shape, ModelFile.readParameters(source.file()), workers);
            Sampler sampler = new Sampler(new SamplerSettings(0.8f, 40, 1), 1337);
            out.print(args[1]);
            new TextGenerator(generator).generate(tokenizer.encode(args[1]), 100, sampler, (token, _) -> {
                tokenizer.decode(token, out::write);
                return true;
            });
            out.println();
        }
    }
}
