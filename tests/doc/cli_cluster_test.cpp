// SPDX-License-Identifier: MIT
// The lines of doc/CLUSTER.md for many machines, followed where machines fail: jobs that are killed
// and started again end with the bytes of one run.
#include "support/random_numbers.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace {

// The block of the document that begins with this line, without its indentation.
std::string block_of(const std::string &document, const std::string &first) {
    std::ifstream file(std::string(FG_SOURCE_FOLDER) + "/" + document);
    std::string block;
    bool is_inside = false;
    for (std::string line; std::getline(file, line);) {
        is_inside = (is_inside || line == "    " + first) && line.rfind("    ", 0) == 0;
        if (is_inside)
            block += line.substr(4) + "\n";
    }
    EXPECT_NE(block, "") << document << " has no block that begins with " << first;
    return block;
}

class Cluster : public testing::Test {
  protected:
    void SetUp() override {
        std::filesystem::create_directory(folder.path("bin"));
        std::filesystem::create_symlink(factor_gpu(), folder.path("bin/factor-gpu"));
        std::string text;
        for (int i = 1; i <= 40000; i++)
            text += std::to_string(i * UINT64_C(1000003)) + "\n";
        folder.write("numbers.npy", text); /* the input's kind is its contents' matter */
        whole = bash("factor-gpu numbers.npy").out;
        ASSERT_FALSE(whole.empty());
    }
    std::vector<std::string> command(const std::string &script, int task) const {
        return {"/bin/bash", "-c",
                "cd \"$0\"; export PATH=\"$0/bin:$PATH\" SLURM_ARRAY_TASK_ID=" +
                    std::to_string(task) + "; " + script,
                folder.path()};
    }
    spawn::Result bash(const std::string &script, int task = 0) const {
        return spawn::run(command(script, task));
    }
    // Runs a job, kills it like a machine that fails, and starts it again until it ends.
    void run_job(const std::string &script, int task) {
        for (unsigned kills_left = 5;; kills_left--) {
            spawn::Process job(command("exec setsid " + script, task));
            if (kills_left > 0) {
                usleep(static_cast<useconds_t>(random.between(0, 30000)));
                if (kill(-job.pid(), SIGKILL) != 0) /* with its children, if it has got so far */
                    job.kill(SIGKILL);
            }
            const int status = job.finish().status;
            ASSERT_TRUE(status == -SIGKILL || status == 0) << task;
            kills += status == -SIGKILL;
            if (status == 0)
                break;
        }
    }

    const ScratchFolder folder{ScratchFolder::in_memory};
    RandomNumbers random;
    std::string whole;
    int kills = 0;
};

TEST_F(Cluster, SlurmArrayThatIsKilledEndsComplete) {
    SCOPED_TRACE(random.trace());
    const std::string script = block_of("doc/CLUSTER.md", "#!/bin/bash");
    std::smatch array;
    ASSERT_TRUE(std::regex_search(script, array, std::regex("#SBATCH .*--array=1-(\\d+)")));
    EXPECT_NE(script.find("--requeue"), std::string::npos);
    folder.write("partjob", script);
    const int jobs = std::stoi(array[1]);
    for (int task = 1; task <= jobs; task++)
        run_job("bash partjob", task);
    EXPECT_GT(kills, 0);
    const std::string join =
        block_of("doc/CLUSTER.md", "cat part{001.." + array[1].str() + "} > answers");
    ASSERT_EQ(bash(join).status, 0);
    EXPECT_TRUE(folder.read("answers") == whole);
    /* A job that is killed between its last two steps leaves its checkpoint beside the part. */
    const auto names = folder.names();
    const auto others = std::count_if(names.begin(), names.end(), [](const std::string &name) {
        return name.find(".ckpt") == std::string::npos;
    });
    EXPECT_EQ(others, jobs + 4) << "bin, numbers.npy, partjob and answers besides the parts";

    /* The whole array once more: what is complete is left alone. */
    const auto written = std::filesystem::last_write_time(folder.path("part007"));
    EXPECT_EQ(bash("bash partjob", 7).status, 0);
    EXPECT_EQ(std::filesystem::last_write_time(folder.path("part007")), written);
    std::filesystem::remove(folder.path("part050"));
    EXPECT_NE(bash(join).status, 0) << "a missing part is noticed";
}

// GNU parallel puts the argument into the command, and gives the whole to a shell.
TEST_F(Cluster, CommandForGnuParallelThatIsKilledEndsComplete) {
    SCOPED_TRACE(random.trace());
    const std::string block =
        block_of("doc/CLUSTER.md", "parallel -j1 -S hostA,hostB --wd . 'test -e part{} ||");
    std::smatch parts;
    const std::regex form("--wd \\. '([^']*)' ::: \\{001\\.\\.(\\d+)\\}\n(cat .*)\n");
    ASSERT_TRUE(std::regex_search(block, parts, form)) << block;
    const int count = std::stoi(parts[2]);
    for (int task = 1; task <= count; task++) {
        char number[20];
        snprintf(number, sizeof number, "%03d", task);
        const std::string one = std::regex_replace(parts[1].str(), std::regex("\\{\\}"), number);
        folder.write("job", one);
        run_job("bash job", task);
    }
    ASSERT_EQ(bash(parts[3]).status, 0);
    EXPECT_TRUE(folder.read("answers") == whole);
}

} // namespace
