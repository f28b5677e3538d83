// SPDX-License-Identifier: MIT
// The documents against the program and the tree: examples print what is shown, and what a document
// names exists.
//
// A transcript is an indented block that begins with "$ ": commands, each with what it prints.
// Other blocks are not run (they build, or need another machine), but what they name must exist.
#include "support/names_in.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace {

namespace fs = std::filesystem;

const fs::path root = FG_SOURCE_FOLDER;

std::string content(const fs::path &path) {
    std::ifstream file(path);
    EXPECT_TRUE(file.is_open()) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<std::string> lines_of(const std::string &text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

// The documents for readers from outside, relative to the root.
std::vector<std::string> documents() {
    std::vector<std::string> names = {
        "README.md",     "CONTRIBUTING.md",     "SECURITY.md",      "THIRD-PARTY.md",
        "src/README.md", "bench/README.md",     "bench/HISTORY.md", "bench/gpu/README.md",
        "CHANGELOG.md",  "tests/fuzz/README.md"};
    for (const auto &entry : fs::directory_iterator(root / "doc"))
        if (entry.path().extension() == ".md")
            names.push_back("doc/" + entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

// ---- Transcripts ----

struct Command {
    size_t line; // of the document, from 1
    std::string text, output;
};
using Transcript = std::vector<Command>;

// Returns whether the line is the block's, which is indented by so much; if so, cuts the
// indentation off.
bool cut_indentation(const std::string &line, size_t indentation, std::string &code) {
    if (line.size() <= indentation || line.find_first_not_of(' ') < indentation)
        return false;
    code = line.substr(indentation);
    return true;
}

std::vector<Transcript> transcripts_of(const std::string &document) {
    const std::vector<std::string> lines = lines_of(document);
    const std::regex first("^( {4,})\\$ .*");
    std::vector<Transcript> found;
    for (size_t i = 0; i < lines.size(); i++) {
        std::smatch match;
        if (!std::regex_match(lines[i], match, first))
            continue;
        const size_t indentation = match[1].length();
        Transcript transcript;
        for (std::string code; i < lines.size() && cut_indentation(lines[i], indentation, code);
             i++) {
            if (code.rfind("$ ", 0) == 0)
                transcript.push_back({i + 1, code.substr(2), ""});
            else
                transcript.back().output += code + "\n";
        }
        found.push_back(transcript);
    }
    return found;
}

bool needs_numpy(const Transcript &transcript) {
    return std::any_of(transcript.begin(), transcript.end(), [](const Command &command) {
        return command.text.find("numpy") != std::string::npos;
    });
}

// Debian's interpreter, to which its packages belong.
constexpr char python[] = "/usr/bin/python3";

bool has_numpy() {
    return access(python, X_OK) == 0 && spawn::run({python, "-c", "import numpy"}).status == 0;
}

class Documents : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override { text_ = content(root / GetParam()); }
    std::string text_;
};

// The commands of a document run one after the other in one folder, as its reader types them.
TEST_P(Documents, ShowWhatTheirExamplesPrint) {
    const ScratchFolder scratch;
    fs::create_directory(scratch.path("bin"));
    fs::create_directory(scratch.path("work"));
    fs::create_symlink(factor_gpu(), scratch.path("bin/factor-gpu"));
    fs::create_symlink(python, scratch.path("bin/python3"));
    spawn::Setup setup;
    setup.environment = {{"PATH", scratch.path("bin") + ":/usr/bin:/bin"}, {"LC_ALL", "C"}};
    const bool numpy = has_numpy();
    bool left_out = false;
    for (const Transcript &transcript : transcripts_of(text_)) {
        if (!numpy && needs_numpy(transcript)) {
            left_out = true;
            continue;
        }
        for (const Command &command : transcript) {
            const std::string script =
                "cd '" + scratch.path("work") + "' && exec 2>&1\n" + command.text;
            const spawn::Result result = spawn::run({"/bin/bash", "-c", script}, "", setup);
            EXPECT_EQ(result.out, command.output)
                << GetParam() << ":" << command.line << ": " << command.text;
            EXPECT_EQ(result.status, 0)
                << GetParam() << ":" << command.line << ": " << command.text;
        }
    }
    if (left_out)
        GTEST_SKIP() << "examples with NumPy were left out (Debian: python3-numpy)";
}

// ---- What documents name ----

// The lines of indented blocks.
std::string code_of(const std::string &document) {
    std::string code = "\n";
    for (const std::string &line : lines_of(document))
        if (line.rfind("    ", 0) == 0)
            code += line.substr(line.find_first_not_of(' ')) + "\n";
    return code;
}

TEST_P(Documents, NameCommandsAndPresetsThatExist) {
    const std::string code = code_of(text_);
    const Names known =
        names_in(spawn::run({"/bin/bash", root / "dev", "help"}).out, "\n  ([a-z][a-z-]*)[ \n]");
    EXPECT_GE(known.size(), 10u);
    for (const std::string &name : names_in(code + text_, "\\./dev ([a-z][a-z-]*)"))
        EXPECT_TRUE(known.count(name) || name == "help") << GetParam() << ": ./dev " << name;
    const Names presets = names_in(content(root / "CMakePresets.json"), "\"name\": \"([a-z]+)\"");
    for (const std::string &name : names_in(code, "--preset ([a-z]+)"))
        EXPECT_TRUE(presets.count(name)) << GetParam() << ": --preset " << name;
}

TEST_P(Documents, NameOptionsThatExist) {
    const Names known = names_in(spawn::run({factor_gpu(), "--help"}).out, "\n  .{3} --([a-z-]+)");
    EXPECT_GE(known.size(), 19u);
    for (const std::string &line : lines_of(code_of(text_))) {
        const size_t at = line.find("factor-gpu ");
        if (at == std::string::npos || line.rfind("rsync", 0) == 0)
            continue;
        for (const std::string &name : names_in(line.substr(at), " --([a-z-]+)"))
            EXPECT_TRUE(known.count(name)) << GetParam() << ": --" << name;
    }
}

// Every file and folder of the sources, as "/src/arith/gcd.h" and "/src/arith/".
const std::vector<std::string> &tree() {
    static const std::vector<std::string> paths = [] {
        std::vector<std::string> found;
        for (auto at = fs::recursive_directory_iterator(root); at != fs::end(at); ++at) {
            const std::string name = at->path().filename();
            if (at.depth() == 0 && (name.rfind("build", 0) == 0 || name == ".git")) {
                at.disable_recursion_pending();
                continue;
            }
            found.push_back("/" + fs::relative(at->path(), root).string() +
                            (at->is_directory() ? "/" : ""));
        }
        return found;
    }();
    return paths;
}

bool is_in_tree(std::string name) {
    while (name.rfind("../", 0) == 0)
        name.erase(0, 3);
    const std::string end = "/" + name;
    return std::any_of(tree().begin(), tree().end(), [&end](const std::string &path) {
        return path.size() >= end.size() &&
               path.compare(path.size() - end.size(), end.size(), end) == 0;
    });
}

// A document may leave out the beginning of a path.
TEST_P(Documents, NameFilesThatExist) {
    const std::regex source(
        "([A-Za-z0-9_.-]+/)*[A-Za-z0-9_.-]+\\.(c|h|cu|cpp|py|sh|cmake|md|cff|1)");
    const std::regex folder(
        "(\\.\\./)?(src|tests|kernels|bench|doc|tools|cmake|include|methods|cli|"
        "arith|algorithms|batch|backends|compare|forms)/([a-z_]+/)*");
    for (const std::string &name : names_in(text_, "`([A-Za-z0-9_./-]+)`")) {
        if (!std::regex_match(name, source) && !std::regex_match(name, folder))
            continue;
        if (name.find("NAME") != std::string::npos || name.find("FOLDER") != std::string::npos)
            continue;
        if (name.rfind("build/", 0) == 0 || name.find(".so.") != std::string::npos)
            continue;
        EXPECT_TRUE(is_in_tree(name)) << GetParam() << ": " << name;
    }
}

std::string test_name(const testing::TestParamInfo<std::string> &document) {
    return std::regex_replace(document.param, std::regex("[^A-Za-z0-9]"), "_");
}

INSTANTIATE_TEST_SUITE_P(In, Documents, testing::ValuesIn(documents()), test_name);

// ---- Single documents ----

TEST(Readme, IsShortAndKnowsAllDocuments) {
    const std::string readme = content(root / "README.md");
    EXPECT_LE(lines_of(readme).size(), 150u);
    EXPECT_GE(transcripts_of(readme).size(), 4u);
    for (const std::string &name : documents())
        if (name.rfind("doc/", 0) == 0) {
            EXPECT_NE(readme.find("`" + name + "`"), std::string::npos) << name;
        }
}

TEST(MapOfSources, HasAShortRowForEveryLayer) {
    const std::string map = content(root / "src" / "README.md");
    for (const std::string &line : lines_of(map))
        if (line.rfind("|", 0) == 0) {
            EXPECT_LE(line.size(), 200u) << line;
        }
    for (std::string folder :
         names_in("\n" + content(root / "src" / "layers.txt"), "\nsrc/([a-z/]+):"))
        EXPECT_NE(map.find("\n| `" + folder + "/` |"), std::string::npos) << folder;
}

TEST(LibraryDocument, ShowsTheExampleThatIsTested) {
    std::string block;
    for (const std::string &line : lines_of(content(root / "tests" / "consumer" / "example.c")))
        if (line.find("SPDX-License-Identifier") == std::string::npos)
            block += (line.empty() ? "" : "    ") + line + "\n";
    EXPECT_NE(content(root / "doc" / "LIBRARY.md").find("\n\n" + block + "\n"), std::string::npos)
        << "doc/LIBRARY.md does not show tests/consumer/example.c, indented by four";
}

TEST(Versions, AreTheSameEverywhere) {
    std::smatch match;
    const std::string changes = content(root / "CHANGELOG.md");
    ASSERT_TRUE(std::regex_search(changes, match, std::regex("\n## ([0-9.]+)")));
    EXPECT_EQ(match[1], FG_TEST_VERSION) << "CHANGELOG.md";
    const std::string citation = content(root / "CITATION.cff");
    ASSERT_TRUE(std::regex_search(citation, match, std::regex("\nversion: ([0-9.]+)\n")));
    EXPECT_EQ(match[1], FG_TEST_VERSION) << "CITATION.cff";
}

} // namespace
