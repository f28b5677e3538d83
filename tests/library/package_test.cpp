// SPDX-License-Identifier: MIT
// An installation, as another project and the dynamic linker see it.
#include "support/names_in.h"
#include "support/spawn.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace {

namespace fs = std::filesystem;

const fs::path tests_folder = fs::path(FG_SOURCE_FOLDER) / "tests";

// The output of tests/consumer/example.c and example.cpp.
constexpr char c_output[] =
    "12: 1 2 3 4 6 12\n97: 1 97\n18446744073709551557: 1 18446744073709551557\n";
constexpr char cpp_output[] = "factor-gpu " FG_TEST_VERSION ": 3 numbers\n";

std::string content(const fs::path &path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The output of a program that must succeed.
std::string output_of(std::vector<std::string> arguments, const spawn::Setup &setup = {}) {
    arguments.insert(arguments.begin(), "/usr/bin/env");
    const spawn::Result result = spawn::run(arguments, "", setup);
    EXPECT_EQ(result.status, 0) << arguments[1] << "\n" << result.out << result.err;
    return result.out;
}

// The functions that the public header declares.
Names declared_functions() {
    const std::string header = content(tests_folder.parent_path() / "include" / "factor_gpu.h");
    const std::string code =
        std::regex_replace(header, std::regex("/\\*[^*]*(\\*+[^*/][^*]*)*\\*+/|typedef[^;]*;"), "");
    return names_in(code, "\n[a-z][a-z0-9_ ]* \\**(fg_[a-z0-9_]+)\\(");
}

TEST(SharedLibrary, ExportsExactlyWhatTheHeaderDeclares) {
    const Names declared = declared_functions();
    EXPECT_GE(declared.size(), 29u);
    const std::string symbols = output_of({"nm", "-D", "--defined-only", FG_SHARED_LIBRARY});
    EXPECT_EQ(names_in(symbols, " [TDBRVW] (.*)@@FACTOR_GPU_" FG_TEST_ABI "\n"), declared);
    EXPECT_EQ(names_in(symbols, " [A-Za-z] ([^@\n]*)\n"), Names{"FACTOR_GPU_" FG_TEST_ABI});
}

TEST(SharedLibrary, IsNamedByItsVersion) {
    const std::string dynamic = output_of({"readelf", "-d", FG_SHARED_LIBRARY});
    EXPECT_EQ(names_in(dynamic, "soname: \\[(.*)\\]"), Names{"libfactorgpu.so." FG_TEST_ABI});
}

// Nothing in it can clash with a name of the program that it is linked to.
TEST(StaticLibrary, HasOnlyNamesOfItsOwn) {
    const std::string symbols = output_of({"nm", "-g", "--defined-only", FG_STATIC_LIBRARY});
    const Names names = names_in(symbols, "\n[0-9a-f]+ [TDBRC] (.*)");
    EXPECT_GE(names.size(), 29u);
    // _GLOBAL__N: what nvcc makes of an anonymous namespace, with a digest of the file.
    for (const std::string &name : names)
        EXPECT_TRUE(std::regex_search(name, std::regex("fg_|_GLOBAL__N_"))) << name;
}

class Hardening : public testing::TestWithParam<const char *> {
  protected:
    void SetUp() override {
        if (!FG_TEST_HARDENED)
            GTEST_SKIP() << "built with FACTOR_GPU_HARDENING=OFF or under sanitizers";
    }
};

TEST_P(Hardening, IsLoadedAnywhereAndReadOnlyWhereItNeedNotBeWritten) {
    const std::string headers = output_of({"readelf", "-W", "-h", "-l", GetParam()});
    EXPECT_TRUE(std::regex_search(headers, std::regex("Type: +DYN"))) << headers;
    EXPECT_NE(headers.find(" GNU_RELRO "), std::string::npos) << headers;
    EXPECT_TRUE(std::regex_search(headers, std::regex(" GNU_STACK .* RW  "))) << headers;
    const std::string dynamic = output_of({"readelf", "-W", "-d", GetParam()});
    EXPECT_TRUE(std::regex_search(dynamic, std::regex("BIND_NOW|Flags:.* NOW"))) << dynamic;
    EXPECT_EQ(dynamic.find("TEXTREL"), std::string::npos) << dynamic;
}

TEST_P(Hardening, ChecksStackAndBuffers) {
    const std::string symbols = output_of({"readelf", "-W", "--dyn-syms", GetParam()});
    EXPECT_NE(symbols.find(" __stack_chk_fail@"), std::string::npos) << symbols;
    if (FG_TEST_FORTIFIED) {
        EXPECT_NE(symbols.find("printf_chk@"), std::string::npos) << symbols;
    }
}

INSTANTIATE_TEST_SUITE_P(Package, Hardening, testing::Values(FG_PROGRAM, FG_SHARED_LIBRARY));

// An installation in a folder of its own.
class Installation : public testing::Test {
  protected:
    void SetUp() override {
        if (*FG_TEST_SANITIZE != '\0')
            GTEST_SKIP() << "a library under sanitizers (" FG_TEST_SANITIZE ") is not for others";
        std::string pattern = (fs::temp_directory_path() / "factor-gpu-test-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        prefix_ = folder_ / "a prefix";
        output_of({"cmake", "--install", FG_BINARY_FOLDER, "--prefix", prefix_});
    }
    void TearDown() override {
        if (!folder_.empty())
            fs::remove_all(folder_);
    }

    std::string library_folder() const { return prefix_ / FG_LIBRARY_FOLDER; }

    // Returns the flags that pkg-config prints, one entry an argument.
    std::vector<std::string> flags(const std::vector<std::string> &questions) const {
        spawn::Setup setup;
        setup.environment = {{"PKG_CONFIG_PATH", library_folder() + "/pkgconfig"}};
        std::vector<std::string> arguments = {"pkg-config"};
        arguments.insert(arguments.end(), questions.begin(), questions.end());
        arguments.push_back("factor-gpu");
        const std::string text = output_of(arguments, setup);
        return split(text);
    }

    // Words as a shell would read them: a backslash keeps the character behind it.
    static std::vector<std::string> split(const std::string &text) {
        std::vector<std::string> words(1);
        for (size_t i = 0; i < text.size(); i++)
            if (text[i] == ' ' || text[i] == '\n')
                words.emplace_back();
            else
                words.back() += text[i] == '\\' ? text[++i] : text[i];
        words.erase(std::remove(words.begin(), words.end(), ""), words.end());
        return words;
    }

    // Compiles an example with what pkg-config says and runs it.
    std::string build_and_run(const std::vector<std::string> &compiler, const char *source,
                              const std::vector<std::string> &flags) const {
        const std::string program = folder_ / "program";
        std::vector<std::string> arguments = compiler;
        for (const char *const option : {"-Wall", "-Wextra", "-pedantic", "-Werror"})
            arguments.emplace_back(option);
        arguments.insert(arguments.end(), {tests_folder / "consumer" / source, "-o", program});
        arguments.insert(arguments.end(), flags.begin(), flags.end());
        output_of(arguments);
        spawn::Setup setup;
        setup.environment = {{"LD_LIBRARY_PATH", library_folder()}};
        return output_of({program}, setup);
    }

    fs::path folder_, prefix_;
};

TEST_F(Installation, IsFoundByCMake) {
    const std::string build = folder_ / "build";
    output_of({"cmake", "-S", tests_folder / "consumer", "-B", build,
               "-DCMAKE_PREFIX_PATH=" + prefix_.string(), "-DCMAKE_C_COMPILER=" FG_C_COMPILER,
               "-DCMAKE_CXX_COMPILER=" FG_CXX_COMPILER});
    output_of({"cmake", "--build", build});
    for (const char *const linked : {"shared", "static"}) {
        EXPECT_EQ(output_of({build + "/c_" + linked}), c_output) << linked;
        EXPECT_EQ(output_of({build + "/cpp_" + linked}), cpp_output) << linked;
    }
    EXPECT_NE(
        output_of({"readelf", "-d", build + "/c_shared"}).find("[libfactorgpu.so." FG_TEST_ABI "]"),
        std::string::npos);
    EXPECT_EQ(output_of({"readelf", "-d", build + "/c_static"}).find("libfactorgpu"),
              std::string::npos);
}

TEST_F(Installation, IsFoundByPkgConfig) {
    const std::vector<std::string> shared = flags({"--cflags", "--libs"});
    EXPECT_EQ(build_and_run({FG_C_COMPILER, "-std=c11"}, "example.c", shared), c_output);
    EXPECT_EQ(build_and_run({FG_CXX_COMPILER, "-std=c++17"}, "example.cpp", shared), cpp_output);
    EXPECT_EQ(build_and_run({FG_C_COMPILER, "-std=c11"}, "wide.c", shared),
              "3 5 17 257 641 65537 274177 6700417 67280421310721 \n"
              "512 divisors: 1 3 5 15 17 51 85 ...\n");
    std::vector<std::string> linked_statically = flags({"--cflags", "--libs", "--static"});
    std::replace(linked_statically.begin(), linked_statically.end(), std::string("-lfactorgpu"),
                 std::string("-l:libfactorgpu.a"));
    EXPECT_EQ(build_and_run({FG_C_COMPILER, "-std=c11"}, "example.c", linked_statically), c_output);
    EXPECT_EQ(build_and_run({FG_CXX_COMPILER, "-std=c++17"}, "example.cpp", linked_statically),
              cpp_output);
    EXPECT_EQ(flags({"--modversion"}), std::vector<std::string>{FG_TEST_VERSION});
}

TEST_F(Installation, HasTheLicences) {
    for (const char *const name : {"LICENSE", "THIRD-PARTY.md"}) {
        const std::string notice = content(tests_folder.parent_path() / name);
        EXPECT_GT(notice.size(), 500u) << name;
        EXPECT_EQ(content(prefix_ / "share/doc/factor-gpu" / name), notice);
    }
}

// The text of a file as it stands in a field: indented, with a dot for an empty line.
std::string as_field(const std::string &text) {
    const std::string indented = std::regex_replace(text, std::regex("\n(?!$)"), "\n ");
    return " " + std::regex_replace(indented, std::regex("\n (?=\n)"), "\n .");
}

void expect_licences(const fs::path &build) {
    const std::string copyright = content(build / "debian/copyright");
    EXPECT_EQ(copyright.rfind("Format: https://www.debian.org/doc/", 0), 0u) << copyright;
    for (const char *const name : {"LICENSE", "THIRD-PARTY.md"})
        EXPECT_NE(copyright.find(as_field(content(tests_folder.parent_path() / name))),
                  std::string::npos)
            << name << "\n"
            << copyright;
    EXPECT_EQ(copyright.find("\n\n\n"), std::string::npos);
    const std::string install = content(build / "cmake_install.cmake");
    const Names folders = names_in(
        install, "share/doc/([a-z0-9-]+)\" TYPE FILE FILES\\s+\"[^\"]*/debian/copyright\"");
    EXPECT_EQ(folders, (Names{"factor-gpu", "libfactorgpu" FG_TEST_ABI, "libfactorgpu-dev"}));
}

void expect_changes_and_manual(const fs::path &build) {
    const fs::path unpacked = build / "changelog";
    const auto parsed = [&](const char *field) {
        return output_of({"dpkg-parsechangelog", "-l", unpacked, "-S", field});
    };
    std::ofstream(unpacked) << output_of({"gzip", "-dc", build / "debian/changelog.Debian.gz"});
    EXPECT_EQ(parsed("Source"), "factor-gpu\n");
    EXPECT_EQ(parsed("Version"), "1.2.3~x-1+cpu\n");
    EXPECT_EQ(parsed("Maintainer"), "A Name <a@example.org>\n");
    EXPECT_EQ(output_of({"gzip", "-dc", build / "debian/changelog.gz"}),
              content(tests_folder.parent_path() / "CHANGELOG.md"));
    EXPECT_EQ(output_of({"gzip", "-dc", build / "debian/factor-gpu.1.gz"}),
              content(tests_folder.parent_path() / "doc/factor-gpu.1"));
    EXPECT_EQ(content(build / "debian/shlibs"),
              "libfactorgpu " FG_TEST_ABI " libfactorgpu" FG_TEST_ABI " (>= 1.2.3~x)\n");
}

// Debian's form of an installation. Configuring is enough to see what cpack takes;
// tools/check_packages.sh looks at whole packages.
TEST(DebianPackages, HoldWhatDebianWants) {
    for (const char *const program : {"gzip", "dpkg-gensymbols", "dpkg-parsechangelog"})
        if (spawn::run({"/usr/bin/env", program, "--version"}).status != 0)
            GTEST_SKIP() << "there is no " << program << " here";
    std::string pattern = (fs::temp_directory_path() / "factor-gpu-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    const fs::path build = pattern;
    output_of({FG_CMAKE, "-G", FG_CMAKE_GENERATOR, "-S", FG_SOURCE_FOLDER, "-B", build,
               "-DCMAKE_C_COMPILER=" FG_C_COMPILER, "-DFACTOR_GPU_DEBIAN=ON",
               "-DFACTOR_GPU_DEBIAN_VERSION=1.2.3~x-1+cpu",
               "-DCPACK_PACKAGE_CONTACT=A Name <a@example.org>", "-DFACTOR_GPU_CUDA=OFF",
               "-DFACTOR_GPU_TESTS=OFF", "-DFACTOR_GPU_BENCH=OFF"});
    expect_licences(build);
    expect_changes_and_manual(build);
    fs::remove_all(build);
}

// Without git, the revision is what `git archive` wrote into the sources.
TEST(SourceArchive, KnowsItsRevision) {
    std::string pattern = (fs::temp_directory_path() / "factor-gpu-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    const fs::path folder = pattern, header = folder / "build_info.h";
    fs::create_directories(folder / "cmake");
    for (const auto &[archived, revision] :
         {std::pair{"0123456789abcdef0123456789abcdef01234567\n", "0123456789ab"},
          {"$Format:%H$\n", "unknown"}}) {
        std::ofstream(folder / "cmake/source_revision.txt") << archived;
        output_of({FG_CMAKE, "-DSOURCE_DIR=" + folder.string(), "-DOUTPUT=" + header.string(),
                   "-DCOMPILER=c", "-DBUILD_TYPE=Release", "-P",
                   FG_SOURCE_FOLDER "/cmake/BuildInfo.cmake"});
        EXPECT_EQ(names_in(content(header), "GIT_REVISION \"(.*)\""), Names{revision});
    }
    EXPECT_NE(content(fs::path(FG_SOURCE_FOLDER) / ".gitattributes")
                  .find("cmake/source_revision.txt export-subst"),
              std::string::npos);
    fs::remove_all(folder);
}

// The sources inside the build of another project, which checks that nothing of its own changes.
// Both ways of including them build the same files, so that the second compiles nothing anew.
class Subproject : public testing::Test {
  protected:
    void SetUp() override {
        if (*FG_TEST_SANITIZE != '\0')
            GTEST_SKIP() << "builds the library without the sanitizers (" FG_TEST_SANITIZE ")";
        std::string pattern = (fs::temp_directory_path() / "factor-gpu-test-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        build_ = pattern;
    }
    void TearDown() override {
        if (!build_.empty())
            fs::remove_all(build_);
    }

    void build(const std::string &how, const std::string &type, const std::string &target) const {
        output_of({FG_CMAKE, "-G", FG_CMAKE_GENERATOR, "-S", tests_folder / "consumer_subproject",
                   "-B", build_, "-DFACTOR_GPU_SOURCE=" FG_SOURCE_FOLDER,
                   "-DCMAKE_C_COMPILER=" FG_C_COMPILER, "-DCMAKE_CXX_COMPILER=" FG_CXX_COMPILER,
                   "-DCMAKE_BUILD_TYPE=" + type, "-DHOW=" + how});
        output_of({FG_CMAKE, "--build", build_, "--parallel", "2", "--target", target});
    }

    std::string build_;
};

// Configuring is what checks; one generated source is compiled besides, and those that include
// most.
TEST_F(Subproject, ChangesNothingOfTheProject) {
    for (const char *const how : {"add_subdirectory", "FetchContent"})
        build(how, "Debug", "factorgpu_objects");
}

// A project that names no type of build gets the optimised loops, which take minutes to compile.
TEST_F(Subproject, HasTheWholeLibrary) {
    for (const char *const how : {"add_subdirectory", "FetchContent"}) {
        build(how, "", "all");
        for (const char *const linked : {"shared", "static"}) {
            EXPECT_EQ(output_of({build_ + "/c_" + linked}), c_output) << how << " " << linked;
            EXPECT_EQ(output_of({build_ + "/cpp_" + linked}), cpp_output) << how << " " << linked;
        }
    }
}

TEST_F(Installation, HasTheProgramWithItsManualAndCompletions) {
    EXPECT_EQ(output_of({prefix_ / "bin" / "factor-gpu", "12"}), "12: 1 2 3 4 6 12\n");
    for (const auto &[file, source] :
         {std::pair{"man/man1/factor-gpu.1", "factor-gpu.1"},
          {"doc/factor-gpu/compare.schema.json", "compare.schema.json"}})
        EXPECT_EQ(content(prefix_ / "share" / file),
                  content(tests_folder.parent_path() / "doc" / source));
    for (const auto &[file, shell] : {std::pair{"bash-completion/completions/factor-gpu", "bash"},
                                      {"zsh/site-functions/_factor-gpu", "zsh"},
                                      {"fish/vendor_completions.d/factor-gpu.fish", "fish"}})
        EXPECT_EQ(content(prefix_ / "share" / file),
                  output_of({FG_PROGRAM, std::string("--completion=") + shell}));
}

} // namespace
