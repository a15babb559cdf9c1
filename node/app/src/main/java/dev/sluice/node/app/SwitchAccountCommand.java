package dev.sluice.node.app;

import dev.sluice.diagnosis.PreflightFaults;
import dev.sluice.node.tools.FolderLock;
import dev.sluice.node.tools.NodeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "switch-account",
        mixinStandardHelpOptions = true,
        description = {
            "Gives the data folder and all in it to another account of this machine, with the same modes; run as root, with"
                    + " the node stopped. The service unit, if there is one, has to name the account, too."
        })
final class SwitchAccountCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Parameters(paramLabel = "USER", description = "The account.")
    private String user = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        NodeFolder folder = data.folder();
        folder.configuration();
        UserPrincipal account;
        try {
            account = folder.root()
                    .getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(user);
        } catch (UserPrincipalNotFoundException e) {
            throw PreflightFaults.ACCOUNT_UNKNOWN.with("account", user);
        }
        int count = 0;
        try (FolderLock lock = folder.lock();
                Stream<Path> files = Files.walk(folder.root())) {
            for (Path path : (List<Path>) files.toList()) {
                give(path, account);
                count++;
            }
        }
        spec.commandLine()
                .getOut()
                .println(count + " files and folders of " + folder.root() + " belong to " + user + " now");
        return 0;
    }

    private void give(Path path, UserPrincipal account) {
        try {
            // A link is given itself; what it leads to is not the node's.
            Files.getFileAttributeView(
                            path, java.nio.file.attribute.FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setOwner(account);
        } catch (IOException e) {
            throw PreflightFaults.OWNER_UNCHANGEABLE.with(
                    "path", path, "account", user, "detail", String.valueOf(e.getMessage()));
        }
    }
}
