using System.Globalization;

namespace PaymentGateway.Bench;

/// <summary>Processor time so far, in milliseconds, of the three parts of a run.</summary>
internal sealed record ProcessorTime(double Server, double Postgres, double Load)
{
    // USER_HZ of every Linux that .NET runs on.
    private const double MillisecondsPerTick = 10;

    public double Total => Server + Postgres + Load;

    public static ProcessorTime Now(GatewayProcess gateway)
    {
        var all = Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit))
            .Select(name => Read(name!)).OfType<ProcessRow>().ToList();
        // A postmaster's own count has the time of its children that ended.
        var postmaster = gateway.PostmasterId;
        return new(
            all.Where(p => p.Id == gateway.Id).Sum(p => p.Own),
            all.Where(p => p.Id == postmaster).Sum(p => p.Own + p.Ended) + all.Where(p => p.Parent == postmaster).Sum(p => p.Own),
            all.Where(p => p.Id == Environment.ProcessId).Sum(p => p.Own));
    }

    public ProcessorTime Since(ProcessorTime before) => new(Server - before.Server, Postgres - before.Postgres, Load - before.Load);

    /// <summary>Null: the process is gone.</summary>
    private static ProcessRow? Read(string id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            // The name of the program is in parentheses and may hold anything.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            double Ticks(int field) => double.Parse(fields[field - 3], CultureInfo.InvariantCulture) * MillisecondsPerTick;
            return new(
                int.Parse(id, CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture),
                Own: Ticks(14) + Ticks(15), Ended: Ticks(16) + Ticks(17));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record ProcessRow(int Id, int Parent, double Own, double Ended);
}
