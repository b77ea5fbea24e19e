using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace PaymentGateway.Database;

/// <summary>One numbered SQL file.</summary>
internal sealed partial record Migration(int Number, string FileName, string Sql)
{
    private const string ResourceFolder = "migrations/";

    // Over the text with plain line ends, so that a checkout with CRLF is not taken for a changed file.
    internal byte[] Checksum =>
        SHA256.HashData(Encoding.UTF8.GetBytes(Sql.Replace("\r\n", "\n", StringComparison.Ordinal)));

    /// <summary>The files built into the program, in order.</summary>
    internal static IReadOnlyList<Migration> BuiltIn()
    {
        var program = typeof(Migration).Assembly;
        return InOrder(program.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourceFolder, StringComparison.Ordinal))
            .Select(name => Parse(name[ResourceFolder.Length..], Read(program, name))));
    }

    internal static Migration Parse(string fileName, string sql) =>
        FileNamePattern().Match(fileName) is { Success: true } match
            ? new Migration(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), fileName, sql)
            : throw new StartupException($"Migration '{fileName}' has no name like 0007_billing_add_trials.sql.");

    /// <summary>Sorts by number and refuses a number that is missing or taken twice.</summary>
    internal static IReadOnlyList<Migration> InOrder(IEnumerable<Migration> files)
    {
        var sorted = files.OrderBy(file => file.Number).ThenBy(file => file.FileName, StringComparer.Ordinal).ToList();
        for (var i = 0; i < sorted.Count; i++)
        {
            if (sorted[i].Number == i + 1) continue;
            throw new StartupException(i > 0 && sorted[i].Number == sorted[i - 1].Number
                ? $"Migrations {sorted[i - 1].FileName} and {sorted[i].FileName} have the same number."
                : $"Migration number {i + 1:D4} is missing: the next file is {sorted[i].FileName}.");
        }
        return sorted;
    }

    private static string Read(Assembly program, string resource)
    {
        using var reader = new StreamReader(program.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\A(\d{4})_[a-z0-9_]+\.sql\z")]
    private static partial Regex FileNamePattern();
}
