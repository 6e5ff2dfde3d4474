import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { openReports, writeReport } from "../../../src/reports/report-file.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { useSandbox } from "../../support/leaks.js";

const sandbox = useSandbox();

describe("a report that is asked for", () => {
  it("is written where it was asked for, with its folder", async () => {
    const [report] = await openReports(["junit=reports/deep/doctor.xml"], sandbox.folder);
    if (report === undefined) throw new Error("there is no report");
    expect(report).toEqual({ kind: "junit", path: join(sandbox.folder, "reports/deep/doctor.xml") });
    // Nothing stands there before there is something to say.
    expect(await readdir(join(sandbox.folder, "reports/deep"))).toEqual([]);
    await writeReport(report, "<one/>");
    await writeReport(report, "<two/>");
    expect(await readFile(report.path, "utf8")).toBe("<two/>");
    expect(await readdir(join(sandbox.folder, "reports/deep"))).toEqual(["doctor.xml"]);
  });

  it("may have a path with `=`, and an absolute one", async () => {
    const absolute = join(sandbox.folder, "a=b=c.xml");
    expect((await openReports([`junit=${absolute}`], "/"))[0]?.path).toBe(absolute);
  });

  it("is of another kind where the command has that", async () => {
    const reports = await openReports(["html=a.html", "junit=a.xml"], sandbox.folder, ["junit", "html"]);
    expect(reports.map(({ kind }) => kind)).toEqual(["html", "junit"]);
  });

  it.each(["html=a.xml", "=a.xml", "report.xml", "", "JUNIT=a.xml"])(
    "of a kind that there is not is refused, with the kinds there are: %j",
    async (text) => {
      const error = await catchCdcError(openReports([text], sandbox.folder));
      expect(error).toMatchObject({ code: "USAGE" });
      expect(error.hint).toContain("junit");
    },
  );

  it.each(["junit", "junit=", "junit= ", "junit=a\0b"])("without a file is refused: %j", async (text) => {
    const error = await catchCdcError(openReports([text], sandbox.folder));
    expect(error).toMatchObject({ code: "USAGE" });
    expect(error.message).toContain("names no file");
  });

  it("in the same file twice is refused", async () => {
    const error = await catchCdcError(openReports(["junit=a.xml", "junit=./a.xml"], sandbox.folder));
    expect(error.code).toBe("USAGE");
    expect(error.message).toContain("twice");
  });

  it("at a folder's place, below a file or at a device is refused, which stays as it is", async () => {
    await mkdir(join(sandbox.folder, "folder"));
    await writeFile(join(sandbox.folder, "file"), "kept");
    await symlink("/dev/null", join(sandbox.folder, "device"));
    await symlink("nowhere/at/all", join(sandbox.folder, "link"));
    const paths = [
      "folder",
      "file/report.xml",
      "device",
      "/dev/null",
      "link/report.xml",
      "link/a/report.xml",
    ];
    for (const path of paths) {
      const error = await catchCdcError(openReports([`junit=${path}`], sandbox.folder));
      expect(error.code, path).toBe("PATH_NOT_WRITABLE");
      expect(error.message).toContain(path);
    }
    expect((await readdir(sandbox.folder)).sort()).toEqual(["device", "file", "folder", "link"]);
    expect(await readFile(join(sandbox.folder, "file"), "utf8")).toBe("kept");
  });
});
