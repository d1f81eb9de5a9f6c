using CrashShield.Report;

if (args is not [var folder])
{
    Console.Error.WriteLine("usage: CrashShield.Report FOLDER (what bench/run.sh has measured)");
    return 64;
}

Console.Write(ResultsPage.Write(Measurements.Read(folder), Machine.This()));
return 0;
