// SPDX-License-Identifier: MIT
// The last step of --output, the renaming, and what can be wrong with it: what can be known is
// refused before any work; otherwise no answer is lost, and the message has the command that
// finishes the work.
#include "support/hardships.h"
#include "support/scratch_folder.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace {

using hardships::Arguments;
using Names = std::set<std::string>;

const std::string answers = "12: 1 2 3 4 6 12\n97: 1 97\n";

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

// Expects status 6 and a message of one line that has these words.
void expect_refused(const spawn::Result &result, const std::string &words) {
    EXPECT_EQ(result.status, 6) << words;
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(contains(result.err, words)) << result.err << "lacks: " << words;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

// ---- What can be known at the start ----

class CliRenameRefused : public testing::Test {
  protected:
    CliRenameRefused() {
        std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    }
    // Runs the program on input that would be reported if it were looked at.
    Arguments command(const std::string &output, const Arguments &more = {}) const {
        return hardships::joined({factor_gpu(), "-o", folder.path(output), folder.path("no-input")},
                                 more);
    }
    Arguments with_checkpoint(const std::string &checkpoint) const {
        return command("new", {"--checkpoint=" + folder.path(checkpoint), "--resume"});
    }
    void make_folder(const std::string &name, mode_t mode) const {
        ASSERT_EQ(mkdir(folder.path(name).c_str(), 0755), 0);
        ASSERT_EQ(chmod(folder.path(name).c_str(), mode), 0);
    }
    void make_file(const std::string &name) const {
        folder.write(name, "");
        ASSERT_EQ(chmod(folder.path(name).c_str(), 0666), 0);
    }
    spawn::Result mounted(const std::string &mount, const Arguments &then) const {
        return spawn::run(hardships::with_mounts("cd \"$0\"; " + mount + "; exec \"$@\"",
                                                 hardships::joined({folder.path()}, then)));
    }

    const ScratchFolder folder;
};

TEST_F(CliRenameRefused, MountPoints) {
    const std::string reason = hardships::why_no_mounts();
    if (!reason.empty())
        GTEST_SKIP() << reason;
    for (const char *const name : {"source", "out", "other.part", "ck"})
        make_file(name);
    make_folder("fixed", 0755);
    const std::string words = ": it is a mount point, which a complete file cannot replace";
    expect_refused(mounted("mount --bind source out", command("out")),
                   "cannot write " + folder.path("out") + words);
    expect_refused(mounted("mount --bind source other.part", command("other")),
                   "cannot write " + folder.path("other.part") + words);
    expect_refused(mounted("mount --bind source ck", with_checkpoint("ck")),
                   "cannot write checkpoint " + folder.path("ck") + words);
    const std::string read_only = "mount --bind -o ro fixed fixed";
    expect_refused(mounted(read_only, command("fixed/out")),
                   "its folder, in which files are made and renamed, cannot be written to: "
                   "Read-only file system; name a file elsewhere");
    expect_refused(mounted(read_only, with_checkpoint("fixed/ck")), "Read-only file system");
    EXPECT_EQ(folder.names(), (Names{"ck", "fixed", "other.part", "out", "source"}));
    /* A mounted folder is no obstacle, and neither is a redirection into a mounted file. */
    EXPECT_EQ(mounted("mount -t tmpfs none fixed", {factor_gpu(), "-o", "fixed/out", "12"}).err,
              "");
    mounted("mount --bind source out", {"/bin/sh", "-c", "\"$0\" 12 97 > out", factor_gpu()});
    EXPECT_EQ(folder.read("source"), answers);
}

TEST_F(CliRenameRefused, OtherUsersFiles) {
    const std::string reason = hardships::why_no_nobody(factor_gpu());
    if (!reason.empty())
        GTEST_SKIP() << reason;
    const auto run = [](const Arguments &command) {
        return spawn::run(hardships::as_nobody(command));
    };
    make_folder("sticky", 01777);
    for (const char *const name : {"sticky/out", "sticky/other.part", "sticky/ck"})
        make_file(name);
    const std::string words = ": it belongs to another user (0) in a folder with the sticky bit";
    expect_refused(run(command("sticky/out")), folder.path("sticky/out") + words);
    expect_refused(run(command("sticky/other")), folder.path("sticky/other.part") + words);
    Arguments checkpoint = with_checkpoint("sticky/ck");
    checkpoint[2] = folder.path("sticky/new");
    expect_refused(run(checkpoint), "cannot write checkpoint " + folder.path("sticky/ck") + words);
    EXPECT_EQ(run({factor_gpu(), "-o", folder.path("sticky/own"), "12", "97"}).status, 0);
    EXPECT_EQ(run({factor_gpu(), "-o", folder.path("sticky/own"), "12", "97"}).status, 0);
    EXPECT_EQ(folder.read("sticky/own"), answers);
    EXPECT_EQ(spawn::run({factor_gpu(), "-o", folder.path("sticky/own"), "97"}).status, 0)
        << "root";

    make_folder("fixed", 0755);
    make_file("fixed/out");
    make_file("fixed/out.part");
    for (const char *const name : {"fixed/out", "fixed/new"})
        expect_refused(run(command(name)), "its folder, in which files are made and renamed, "
                                           "cannot be written to: Permission denied");
}

// One advice for every option that names a file to write.
TEST_F(CliRenameRefused, ReadOnlyFilesOfOtherUsers) {
    const std::string reason = hardships::why_no_nobody(factor_gpu());
    if (!reason.empty())
        GTEST_SKIP() << reason;
    make_file("out");
    ASSERT_EQ(chmod(folder.path("out").c_str(), 0444), 0);
    for (const std::string option :
         {"--output=", "--manifest=", "--certify=", "--compare --report=",
          "--compare --export-json=", "--compare --export-markdown="})
        for (const auto &[name, words] :
             {std::pair<std::string, std::string>{
                  "out", "Permission denied; name a file that you may write"},
              {"out/new", "Not a directory; make its folder, or name a file in another one"}})
            expect_refused(spawn::run(hardships::as_nobody({"/bin/sh", "-c",
                                                            "exec \"$0\" " + option + "\"$1\" 12",
                                                            factor_gpu(), folder.path(name)})),
                           words);
    expect_refused(spawn::run({factor_gpu(), "-o", folder.path("new"),
                               "--checkpoint=" + folder.path("out/ck"), "12"}),
                   "its folder is a file; name a file elsewhere");
}

TEST_F(CliRenameRefused, FilesFixedByChattr) {
    make_file("out");
    make_file("other.part");
    make_folder("fixed", 0755);
    const auto fixed = [&](const std::string &flag, const std::string &name,
                           const std::string &output) {
        spawn::Result result;
        if (spawn::run({"/usr/bin/chattr", "+" + flag, folder.path(name)}).status == 0) {
            result = spawn::run(command(output));
            spawn::run({"/usr/bin/chattr", "-" + flag, folder.path(name)});
        }
        return result;
    };
    if (access("/usr/bin/chattr", X_OK) != 0 || fixed("a", "out", "out").status < 0)
        GTEST_SKIP() << "chattr is missing, or does not work for this user or file system";
    expect_refused(fixed("a", "out", "out"), "/out: it cannot be replaced (chattr +a or +i)");
    expect_refused(fixed("i", "out", "out"), "/out: Operation not permitted");
    expect_refused(fixed("a", "other.part", "other"), "/other.part: it cannot be replaced");
    expect_refused(fixed("a", "fixed", "fixed/out"), "files of its folder cannot be renamed");
    EXPECT_EQ(folder.names(), (Names{"fixed", "other.part", "out"}));
}

TEST_F(CliRenameRefused, NamesOfNoFile) {
    make_folder("folder", 0755);
    ASSERT_EQ(symlink("nothing", folder.path("link").c_str()), 0);
    const Names before = folder.names();
    expect_refused(spawn::run(command("folder")), "/folder: it is a directory; name a file");
    expect_refused(spawn::run(command("folder/.")), "it is a directory; name a file");
    expect_refused(spawn::run(command("link")), "it is a symbolic link to nothing; make the file");
    expect_refused(spawn::run(command("no/out")), "/no/out: its folder does not exist; make it");
    expect_refused(spawn::run(command("no/")), "/no/: its folder does not exist; make it first");
    expect_refused(spawn::run(command(std::string(252, 'x'))),
                   "xxx.part: File name too long; give a shorter name");
    expect_refused(spawn::run(with_checkpoint("no/ck")),
                   "/no/ck: its folder does not exist; make it first");
    EXPECT_EQ(folder.names(), before);
}

// ---- What happens meanwhile ----

struct Event {
    const char *name;
    const char *before;  // shell commands, in the folder, while the run waits for its input
    const char *mending; // what removes the obstacle
    const char *words;   // of the message; nullptr: the run ends well
    bool keeps_part;     // FILE.part is at its place
};

void PrintTo(const Event &event, std::ostream *out) {
    *out << event.name;
}

class CliRenameEvents : public testing::TestWithParam<Event> {
  protected:
    spawn::Result shell(const std::string &script) const {
        return spawn::run({"/bin/bash", "-ec", "cd \"$0\"; " + script, folder.path("a folder'\n")});
    }
    std::string read(const std::string &name) const { return folder.read("a folder'\n/" + name); }
    Arguments command(const Arguments &more) const {
        return hardships::joined({factor_gpu(), "-j1", "-o", folder.path("a folder'\n/d/out")},
                                 more);
    }
    // Runs, and lets it happen when the first answer is written.
    spawn::Result run(const Arguments &more) const {
        spawn::Process process(command(more));
        process.send_now("12\n");
        folder.wait_for("a folder'\n/d/out.part",
                        [](const std::string &text) { return !text.empty(); });
        EXPECT_EQ(shell(GetParam().before).status, 0);
        process.send("97\n");
        return process.finish();
    }
    // The command of the message's last line.
    static std::string advice(const std::string &err) {
        const size_t found = err.find("finish with: ");
        return found == std::string::npos ? "" : err.substr(found + 13);
    }

    void SetUp() override {
        ASSERT_EQ(mkdir(folder.path("a folder'\n").c_str(), 0755), 0);
        ASSERT_EQ(shell("mkdir d; mkdir k").status, 0);
    }
    const ScratchFolder folder;
};

TEST_P(CliRenameEvents, LoseNoAnswer) {
    for (const Arguments &options :
         {Arguments{}, Arguments{"--checkpoint=" + folder.path("a folder'\n/k/ck")}}) {
        const spawn::Result result = run(options);
        if (GetParam().words == nullptr) {
            EXPECT_EQ(result.status, 0) << result.err;
            EXPECT_EQ(result.err, "");
        } else {
            EXPECT_EQ(result.status, 6);
            EXPECT_TRUE(contains(result.err, GetParam().words)) << result.err;
            EXPECT_TRUE(contains(result.err, "all answers (to 2 numbers) are in ")) << result.err;
            EXPECT_EQ(contains(result.err, "give the same command with --resume"),
                      GetParam().keeps_part && !options.empty())
                << result.err;
            ASSERT_EQ(shell(GetParam().mending).status, 0);
            const spawn::Result finished = shell(advice(result.err));
            EXPECT_EQ(finished.status, 0) << result.err << finished.err;
        }
        EXPECT_EQ(read("d/out"), answers);
        EXPECT_EQ(shell("find . -type f").out, "./d/out\n") << "nothing else is left";
        ASSERT_EQ(shell("rm -r *; mkdir d k").status, 0);
    }
}

const Event obstacles[] = {
    {"FolderAtTheName", "mkdir d/out", "rmdir d/out", "d/out: Is a directory\n", true},
    {"FullFolderAtTheName", "mkdir -p d/out/x", "rm -r d/out", "d/out: Is a directory\n", true}};

INSTANTIATE_TEST_SUITE_P(
    Meanwhile, CliRenameEvents,
    testing::Values(
        obstacles[0], obstacles[1], Event{"FileAtTheName", "echo other > d/out", "", nullptr, true},
        Event{"LinkAtTheName", "ln -s none d/out", "", nullptr, true},
        Event{"PartRemoved", "rm d/out.part", "", nullptr, false},
        Event{"PartRenamed", "mv d/out.part d/x", "", nullptr, false},
        Event{"PartMovedAway", "mv d/out.part k/x", "", nullptr, false},
        Event{"FolderRenamed", "mv d e", "mkdir d", "d/out: No such file or directory\n", false},
        Event{"FolderRemoved", "rm -r d", "mkdir d", "d/out: No such file or directory\n", false},
        Event{"FolderReplacedByAFile", "rm -r d; touch d", "rm d; mkdir d",
              "d/out: Not a directory\n", false}),
    [](const testing::TestParamInfo<Event> &event) { return std::string(event.param.name); });

// Events after which the text is still at its place.
class CliRenameObstacles : public CliRenameEvents {};

TEST_P(CliRenameObstacles, LetARunResume) {
    const Arguments options = {"--checkpoint=" + folder.path("a folder'\n/k/ck"), "--resume"};
    EXPECT_EQ(run(options).status, 6);
    ASSERT_EQ(shell(GetParam().mending).status, 0);
    EXPECT_EQ(spawn::run(command(options), "12 97").status, 0);
    EXPECT_EQ(read("d/out"), answers);
    EXPECT_EQ(shell("find . -type f").out, "./d/out\n");
}

INSTANTIATE_TEST_SUITE_P(Meanwhile, CliRenameObstacles, testing::ValuesIn(obstacles),
                         [](const testing::TestParamInfo<Event> &event) {
                             return std::string(event.param.name);
                         });

// Another file at FILE.part is not renamed to FILE.
TEST(CliRename, TakesItsOwnPartAlone) {
    const ScratchFolder folder;
    spawn::Process process({factor_gpu(), "-j1", "-o", folder.path("out")});
    process.send_now("12\n");
    folder.wait_for("out.part", [](const std::string &text) { return !text.empty(); });
    std::filesystem::rename(folder.path("out.part"), folder.path("moved"));
    folder.write("out.part", "another run's\n");
    process.send("97\n");
    EXPECT_EQ(process.finish().status, 0);
    EXPECT_EQ(folder.read("out"), answers);
    EXPECT_EQ(folder.read("out.part"), "another run's\n");
    EXPECT_EQ(folder.names(), (Names{"out", "out.part"}));
}

// Nor is it removed.
TEST(CliRename, RemovesItsOwnPartAlone) {
    const ScratchFolder folder;
    spawn::Process process({factor_gpu(), "-j1", "-o", folder.path("out")});
    process.send_now("12\n");
    folder.wait_for("out.part", [](const std::string &text) { return !text.empty(); });
    std::filesystem::remove(folder.path("out.part"));
    folder.write("out.part", "another run's\n");
    process.kill(SIGINT);
    EXPECT_EQ(process.finish_with_open_input().status, 128 + SIGINT);
    EXPECT_EQ(folder.read("out.part"), "another run's\n");
}

// ---- System calls that fail ----

class CliRenameFaults : public testing::Test {
  protected:
    void SetUp() override {
        const std::string reason = hardships::why_no_faults();
        if (!reason.empty())
            GTEST_SKIP() << reason;
    }
    spawn::Result failing(const std::string &fault, const Arguments &more = {"12", "97"},
                          const std::string &input = "") const {
        const Arguments command = {factor_gpu(), "-o", folder.path("out")};
        return spawn::run(hardships::with_failing({fault}, hardships::joined(command, more)),
                          input);
    }
    const ScratchFolder folder;
};

TEST_F(CliRenameFaults, KeepWhatIsComplete) {
    const std::string part = folder.path("out.part"), out = folder.path("out");
    const std::string end = "\nfactor-gpu: all answers (to 2 numbers) are in " + part +
                            "; when that is mended, finish with: mv -T -- " + part + " " + out +
                            "\n";
    for (const auto &[fault, words] :
         {std::pair<std::string, std::string>{"rename:error=EXDEV", "Invalid cross-device link"},
          {"rename:error=ENOSPC", "No space left on device"},
          {"rename:error=EDQUOT", "Disk quota exceeded"}}) {
        const spawn::Result result = failing(fault);
        EXPECT_EQ(result.status, 6);
        EXPECT_EQ(result.err,
                  "factor-gpu: cannot rename " + part + " to " + out + ": " + words + end);
        EXPECT_EQ(folder.read("out.part"), answers);
        EXPECT_EQ(folder.names(), Names{"out.part"});
    }
    for (const auto &[fault, words] :
         {std::pair<std::string, std::string>{"fsync:error=EIO", "Input/output error"},
          {"fsync:error=ENOSPC", "No space left on device"}}) {
        const spawn::Result result = failing(fault);
        EXPECT_EQ(result.status, 6);
        EXPECT_EQ(result.err, "factor-gpu: cannot sync " + part +
                                  ", of which the disk may lack a part: " + words + end);
        EXPECT_EQ(folder.read("out.part"), answers);
        EXPECT_EQ(folder.names(), Names{"out.part"});
    }
    /* The file is synced when it is closed. */
    const spawn::Result closed = spawn::run(
        hardships::with_failing({"close:error=EIO"}, {factor_gpu(), "-o", out, "12", "97"}, out));
    EXPECT_EQ(closed.status, 0) << closed.err;
    EXPECT_EQ(folder.read("out"), answers);
}

TEST_F(CliRenameFaults, KeepTheRecordsOfAnArray) {
    /* From a pipe, so that the count in the header is not known before the end. */
    const spawn::Result result =
        failing("pwrite64:error=ENOSPC", {"-f", "npy", "-s", "phi"}, "12 97");
    EXPECT_EQ(result.status, 6);
    EXPECT_TRUE(contains(result.err, "from byte 128 on; its header could not be completed"))
        << result.err;
    EXPECT_EQ(folder.read("out.part").size(), 128u + 16u);
}

TEST_F(CliRenameFaults, KeepACheckpointAsGoodAsItWas) {
    const Arguments options = {"--checkpoint=" + folder.path("ck"), "--resume", "12", "97"};
    const spawn::Result result = failing("rename:error=EDQUOT:when=3+", options);
    EXPECT_EQ(result.status, 6);
    EXPECT_TRUE(contains(result.err, "give the same command with --resume, or finish with: mv"))
        << result.err;
    EXPECT_EQ(folder.names(), (Names{"ck", "out.part"}));
    EXPECT_EQ(failing("none:error=EIO", options).status, 0);
    EXPECT_EQ(folder.read("out"), answers);
    EXPECT_EQ(folder.names(), Names{"out"});
    /* The checkpoint's own. The first must work, because a run begins with it. */
    EXPECT_EQ(failing("rename:error=EDQUOT", options).status, 6);
    EXPECT_EQ(folder.names(), Names{"out"});
    const spawn::Result later = failing("rename:error=EDQUOT:when=2", options);
    EXPECT_EQ(later.status, 0);
    EXPECT_TRUE(contains(later.err, "cannot write checkpoint " + folder.path("ck") +
                                        ": Disk quota exceeded\n"))
        << later.err;
    EXPECT_EQ(folder.names(), Names{"out"});
}

// A disk of another system, a container: what cannot be done there is not needed.
TEST_F(CliRenameFaults, OfWhatAFileSystemLacksAreNone) {
    const Arguments options = {"--checkpoint=" + folder.path("ck"), "12", "97"};
    for (const char *const error : {"EINVAL", "ENOSYS", "EOPNOTSUPP"}) {
        const spawn::Result result =
            failing(std::string("fsync,fdatasync:error=") + error, options);
        EXPECT_EQ(result.status, 0) << error;
        EXPECT_EQ(result.err, "") << error;
    }
    folder.write("out", "old\n");
    ASSERT_EQ(chmod(folder.path("out").c_str(), 0666), 0);
    const spawn::Result mode = failing("fchmod:error=EPERM");
    EXPECT_EQ(mode.status, 0);
    EXPECT_EQ(folder.read("out"), answers);
    /* A new file would be open to more users than the old one. */
    folder.write("out.part", "");
    ASSERT_EQ(chmod(folder.path("out").c_str(), 0600), 0);
    ASSERT_EQ(chmod(folder.path("out.part").c_str(), 0644), 0);
    const spawn::Result open = failing("fchmod:error=EPERM");
    EXPECT_EQ(open.status, 6);
    EXPECT_TRUE(contains(open.err,
                         "the mode of " + folder.path("out") + ", 0600: Operation not permitted\n"))
        << open.err;
    EXPECT_EQ(folder.read("out.part"), answers);
}

// A real disk that is full, from the first byte to the last.
TEST(CliRenameDisk, ThatIsFullKeepsTheOldFile) {
    const std::string reason = hardships::why_no_mounts();
    if (!reason.empty())
        GTEST_SKIP() << reason;
    const ScratchFolder folder;
    std::string input;
    for (int i = 1; i <= 20000; i++)
        input += std::to_string(i) + "\n";
    folder.write("in", input);
    const std::string expected = spawn::run({factor_gpu(), folder.path("in")}).out;
    const std::string script = "cd \"$0\"; mkdir d; mount -t tmpfs -o size=\"$2\" none d;"
                               "echo old > d/out; s=0;"
                               "\"$1\" -o d/out --checkpoint=ck in || s=$?; cat d/out;"
                               "mount -o remount,size=100m d;"
                               "\"$1\" -q -o d/out --checkpoint=ck --resume in || s=70;"
                               "cat d/out; umount d; rmdir d; exit $s";
    for (const char *const size : {"8k", "64k", "512k", "8m"}) {
        const spawn::Result result =
            spawn::run(hardships::with_mounts(script, {folder.path(), factor_gpu(), size}));
        const bool fits = std::string(size) == "8m";
        EXPECT_EQ(result.status, fits ? 0 : 6) << size << result.err;
        EXPECT_EQ(contains(result.err, "out.part: No space left on device\n"), !fits) << result.err;
        EXPECT_TRUE(result.out == (fits ? expected : "old\n") + expected) << size;
    }
}

} // namespace
