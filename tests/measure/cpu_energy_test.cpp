// SPDX-License-Identifier: MIT
// The energy of CPU packages from made-up powercap folders: which zones count, counters that begin
// again, and files that cannot be read.
#include "measure/cpu_energy.h"
#include "support/powercap_tree.h"

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>

namespace {

constexpr uint64_t max_uj = PowercapTree::max_uj;

class CpuEnergy : public testing::Test {
  protected:
    ~CpuEnergy() override { fg_cpu_energy_close(&energy_); }

    void open() { fg_cpu_energy_open(&energy_, root_.path().c_str()); }
    fg_cpu_energy_reading read() {
        fg_cpu_energy_reading reading = {};
        fg_cpu_energy_read(&energy_, &reading);
        return reading;
    }
    double between(const fg_cpu_energy_reading &before, double seconds = 1) {
        const fg_cpu_energy_reading after = read();
        return fg_cpu_energy_between(&energy_, &before, &after, seconds);
    }
    std::string reason_of(const std::string &zone, const std::string &file,
                          const std::string &why) const {
        return root_.path(zone) + "/" + file + " cannot be read: " + why;
    }

    PowercapTree root_;
    fg_cpu_energy energy_ = {};
};

TEST_F(CpuEnergy, IsTheSumOfAllPackagesAndOfNothingElse) {
    root_.add_zone("intel-rapl:0", "package-0", 1000000);
    root_.add_zone("intel-rapl:1", "package-1", 2000000);
    root_.add_zone("intel-rapl:12", "package-0-die-1", 3000000);
    root_.add_zone("intel-rapl:2", "psys", 4000000);           // the whole machine
    root_.add_zone("intel-rapl:0:0", "core", 5000000);         // a part of package-0
    root_.add_zone("intel-rapl:1:0", "dram", 6000000);         // beside package-1
    root_.add_zone("intel-rapl-mmio:0", "package-0", 7000000); // package-0 again
    root_.add_zone("intel-rapl:", "package-9", 1);
    root_.add_zone("intel-rapl:3x", "package-9", 1);
    root_.add_zone("dtpm", "package-9", 1);
    open();
    EXPECT_EQ(energy_.package_count, 3u);
    EXPECT_STREQ(energy_.reason, "");
    const fg_cpu_energy_reading before = read();
    ASSERT_TRUE(before.known);
    for (const char *const zone : {"intel-rapl:0", "intel-rapl:1", "intel-rapl:12", "intel-rapl:2",
                                   "intel-rapl:0:0", "intel-rapl:1:0", "intel-rapl-mmio:0"})
        root_.set(zone, 9000000);
    EXPECT_DOUBLE_EQ(between(before), 8 + 7 + 6);
}

TEST_F(CpuEnergy, GoesOnWhenACounterBeginsAgain) {
    root_.add_zone("intel-rapl:0", "package-0", max_uj - 2000000);
    root_.add_zone("intel-rapl:1", "package-1", 5);
    open();
    const fg_cpu_energy_reading before = read();
    root_.set("intel-rapl:0", 3000000);
    root_.set("intel-rapl:1", 1000005);
    EXPECT_DOUBLE_EQ(between(before), 2 + 3 + 1);
    EXPECT_DOUBLE_EQ(between(before, 262), 6) << "one that began again once at most";
    EXPECT_TRUE(std::isnan(between(before, 263))) << "it may have begun again twice";
    root_.set("intel-rapl:1", max_uj + 1);
    EXPECT_TRUE(std::isnan(between(before))) << "a counter beyond its own end";
}

TEST_F(CpuEnergy, IsUnknownWithoutCounters) {
    open();
    EXPECT_EQ(energy_.package_count, 0u);
    EXPECT_STREQ(energy_.reason, "") << "a machine without counters is no fault";
    EXPECT_FALSE(read().known);
    EXPECT_TRUE(std::isnan(between(fg_cpu_energy_reading{})));
    fg_cpu_energy_open(&energy_, "/nowhere/powercap");
    EXPECT_EQ(energy_.package_count, 0u);
    EXPECT_STREQ(energy_.reason, "");
    root_.add_zone("intel-rapl:0", "psys", 1);
    open();
    EXPECT_EQ(energy_.package_count, 0u);
}

// A sum over the packages that can be read would be too small.
TEST_F(CpuEnergy, IsUnknownIfOnePackageCannotBeRead) {
    const std::string zone = "intel-rapl:1";
    for (const std::string file : {"energy_uj", "max_energy_range_uj"}) {
        for (const std::string content : {"", "\n", "-5\n", "many\n", "12 34\n"}) {
            SCOPED_TRACE(file + " holds '" + content + "'");
            root_.add_zone("intel-rapl:0", "package-0", 1);
            root_.add_zone(zone, "package-1", 1);
            root_.write(zone + "/" + file, content);
            open();
            EXPECT_EQ(energy_.package_count, 0u);
            EXPECT_EQ(energy_.reason, reason_of(zone, file, "Invalid argument"));
            EXPECT_FALSE(read().known);
        }
        std::filesystem::remove(root_.path(zone + "/" + file));
        open();
        EXPECT_EQ(energy_.reason, reason_of(zone, file, "No such file or directory"));
        std::filesystem::create_directory(root_.path(zone + "/" + file));
        open();
        EXPECT_EQ(energy_.reason, reason_of(zone, file, "Is a directory"));
        std::filesystem::remove(root_.path(zone + "/" + file));
    }
    root_.add_zone(zone, "package-1", 1, 0);
    open();
    EXPECT_EQ(energy_.reason, reason_of(zone, "max_energy_range_uj", "Invalid argument"));
}

TEST_F(CpuEnergy, AFileThatOnlyRootReadsIsNamed) {
    constexpr uid_t nobody = 65534;
    root_.add_zone("intel-rapl:0", "package-0", 1);
    chmod(root_.path().c_str(), 0755);
    chmod(root_.path("intel-rapl:0/energy_uj").c_str(), 0);
    const uid_t before = geteuid();
    ASSERT_EQ(seteuid(before == 0 ? nobody : before), 0);
    open();
    ASSERT_EQ(seteuid(before), 0);
    EXPECT_EQ(energy_.reason, reason_of("intel-rapl:0", "energy_uj",
                                        "Permission denied (root can, or whom it allows)"));
}

// A counter that goes away, as with a module that is unloaded, makes that time unknown, and no
// more.
TEST_F(CpuEnergy, ACounterThatFailsLaterIsUnknownForThatTime) {
    root_.add_zone("intel-rapl:0", "package-0", 1000000);
    open();
    const fg_cpu_energy_reading before = read();
    root_.write("intel-rapl:0/energy_uj", "");
    EXPECT_FALSE(read().known);
    EXPECT_TRUE(std::isnan(between(before)));
    root_.set("intel-rapl:0", 3000000);
    EXPECT_DOUBLE_EQ(between(before), 2);
}

TEST_F(CpuEnergy, MorePackagesThanThereIsRoomForAreUnknown) {
    for (int i = 0; i <= FG_CPU_ENERGY_PACKAGES_MAX; i++)
        root_.add_zone("intel-rapl:" + std::to_string(i), "package-" + std::to_string(i), 1);
    open();
    EXPECT_EQ(energy_.package_count, 0u);
    EXPECT_EQ(energy_.reason, root_.path() + " has more than 64 packages");
}

} // namespace
