package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;

import lockstep.deploy.model.StoredModel;

/** Finds the models that commands are given. */
final class Models {
    private Models() {}

    /** @param err is told what of the model's file is left out */
    static StoredModel find(Path path, PrintWriter err) {
        StoredModel model = StoredModel.find(path);
        model.note().ifPresent(note -> err.println("lockstep: " + note));
        return model;
    }
}
