// SPDX-License-Identifier: MIT
// File systems without locks, as Lustre without the option flock or NFS without lockd: a run says
// so once, and does its work.
#include "support/hardships.h"
#include "support/scratch_folder.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>

namespace {

using hardships::Arguments;
using Names = std::set<std::string>;

const std::string answers = "12: 1 2 3 4 6 12\n97: 1 97\n";

class CliLock : public testing::Test {
  protected:
    void SetUp() override {
        const std::string reason = hardships::why_no_faults();
        if (!reason.empty())
            GTEST_SKIP() << reason;
    }
    // Runs the program with failing calls; if `name` is given, only those for that file fail.
    spawn::Result failing(const std::string &fault, const Arguments &more,
                          const std::string &name = "") const {
        const std::string path = name.empty() ? "" : folder.path(name);
        return spawn::run(hardships::with_failing({fault}, program(more), path));
    }
    Arguments program(const Arguments &more) const {
        return hardships::joined({factor_gpu(), "-o", folder.path("out")}, more);
    }
    const std::string checkpoint() const { return "--checkpoint=" + folder.path("ck"); }
    static std::string note(const std::string &path, const std::string &reason) {
        return "factor-gpu: " + path + " cannot be locked on this file system (" + reason +
               "): going on without a lock; start no other run that writes it\n";
    }
    const ScratchFolder folder;
};

TEST_F(CliLock, IsNotNeeded) {
    for (const auto &[error, reason] :
         {std::pair<std::string, std::string>{"ENOLCK", "No locks available"},
          {"ENOSYS", "Function not implemented"},
          {"EOPNOTSUPP", "Operation not supported"},
          {"EINVAL", "Invalid argument"}})
        for (const bool keeps : {false, true}) {
            Arguments more = {"12", "97"};
            if (keeps)
                more.insert(more.begin(), checkpoint());
            const spawn::Result result = failing("fcntl:error=" + error, more);
            EXPECT_EQ(result.status, 0) << error;
            EXPECT_EQ(result.err, note(folder.path("out.part"), reason)) << "once";
            EXPECT_EQ(folder.read("out"), answers);
            EXPECT_EQ(folder.names(), Names{"out"});
            more.insert(more.begin(), "-q");
            EXPECT_EQ(failing("fcntl:error=" + error, more).err, "");
        }
}

// It may be on another file system.
TEST_F(CliLock, OfACheckpointIsNotNeeded) {
    const spawn::Result result =
        failing("fcntl:error=ENOLCK", {checkpoint(), "12", "97"}, "ck.lock");
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, note(folder.path("ck.lock"), "No locks available"));
    EXPECT_EQ(folder.names(), Names{"out"});
}

TEST_F(CliLock, LetsARunGoOnWithout) {
    Arguments keep = {"-j1", checkpoint(), "--checkpoint-every=0", "--resume"};
    spawn::Process process(program(keep));
    process.send_now("12\n");
    folder.wait_for("ck", [](const std::string &text) {
        return text.find("\"numbers\": 1,") != std::string::npos;
    });
    process.kill(SIGKILL);
    process.finish_with_open_input();
    folder.write("in", "12 97\n");
    keep.push_back(folder.path("in"));
    const spawn::Result result = failing("fcntl:error=ENOLCK", keep);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(folder.read("out"), answers);
    EXPECT_EQ(folder.names(), (Names{"in", "out"}));
}

TEST_F(CliLock, OfARunThatIsRefusedLeavesNothing) {
    folder.write("in", "12\n");
    /* For the lock itself. */
    for (const Arguments &more : {Arguments{"12"}, Arguments{checkpoint(), "12"}}) {
        const spawn::Result result = failing("fcntl:error=EIO", more);
        EXPECT_EQ(result.status, 6);
        EXPECT_NE(result.err.find("/out.part: it cannot be locked: Input/output error; name"),
                  std::string::npos)
            << result.err;
        EXPECT_EQ(folder.names(), Names{"in"});
    }
    EXPECT_EQ(failing("fcntl:error=EIO", {checkpoint(), "12"}, "ck.lock").status, 6);
    EXPECT_EQ(folder.names(), Names{"in"});
    /* For another reason, without a lock. */
    EXPECT_EQ(
        spawn::run(hardships::with_failing({"fcntl:error=ENOLCK"}, program({"--shard=1/2"})), "12")
            .status,
        2);
    EXPECT_EQ(failing("fcntl:error=ENOLCK", {"--checkpoint=" + folder.path("no/ck"), "12"}).status,
              6);
    EXPECT_EQ(failing("fcntl:error=ENOLCK", {"--checkpoint=" + folder.path("in"), "12"}).status, 2);
    EXPECT_EQ(folder.names(), Names{"in"});
    /* A file that was there may be the beginning of another run. */
    folder.write("out.part", "");
    EXPECT_EQ(failing("fcntl:error=ENOLCK", {"--checkpoint=" + folder.path("in"), "12"}).status, 2);
    EXPECT_EQ(folder.names(), (Names{"in", "out.part"}));
}

} // namespace
