using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace PaymentGateway.Bench.Students;

/// <param name="Count">Students who start at once.</param>
internal sealed record StudentOptions(int Count, string Server, string Commit)
{
    /// <summary>What <c>bench/students</c> hands over; it has checked the options already.</summary>
    public static StudentOptions Read(string[] arguments)
    {
        var values = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new(BenchOptions.Whole(values["--students"]), values["--server"], values["--commit"]);
    }
}

/// <summary>
/// Students who start to pay a course: all at the same instant, and some of them one after the other, in turn, at one server. A student may
/// start five times a minute, so each round is a course of its own and there are few rounds.
/// </summary>
internal sealed class StudentBenchmark(StudentOptions options, string folder)
{
    private const int Rounds = 2;
    private const int AloneMax = 25;

    public async Task Run(TextWriter output, CancellationToken cancel)
    {
        // Each student has an address of their own, as the limits of guesses at passwords count by address.
        await using var gateway = await GatewayProcess.Start(
            options.Server, Path.Combine(folder, "students"), new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1/32" }, cancel);
        var merchant = gateway.Merchant();
        var students = Enumerable.Range(0, options.Count).Select(number => new Student(gateway.Address, merchant, number)).ToArray();
        try
        {
            await Enter(gateway, students, cancel);
            using var shop = new HttpClient { BaseAddress = gateway.Address };
            shop.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{merchant.ApiKey}:{merchant.ApiSecret}")));
            await Together(students, await CourseOf(shop, cancel), cancel);
            var (alone, together) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                alone.AddRange(await OneByOne(students, await CourseOf(shop, cancel), cancel));
                together.AddRange(await Together(students, await CourseOf(shop, cancel), cancel));
            }

            Print(alone, together, output);
        }
        finally
        {
            Array.ForEach(students, student => student.Dispose());
        }
    }

    /// <summary>Nobody reads a mailbox here, so the addresses are confirmed past the mail.</summary>
    private static async Task Enter(GatewayProcess gateway, Student[] students, CancellationToken cancel)
    {
        foreach (var student in students)
        {
            await student.Register(cancel);
        }

        await using (var connection = new NpgsqlConnection(gateway.ConnectionStringTo(Cluster.ServerDatabase) + ";Pooling=false"))
        {
            await connection.ExecuteAsync(new CommandDefinition(
                "UPDATE people.users SET confirmed_at = now() WHERE email_key LIKE 'student%@example.com'", cancellationToken: cancel));
        }

        foreach (var student in students)
        {
            await student.SignIn(cancel);
        }
    }

    private static async Task<string> CourseOf(HttpClient shop, CancellationToken cancel)
    {
        using var made = await shop.PostAsJsonAsync("/api/courses", new
        {
            title = "Financial modelling",
            instructor = "Asha Rao",
            price = 1000,
            tax = new { @class = "taxable", percent = 18, sac = "999293" },
        }, cancel);
        using var course = JsonDocument.Parse(await made.Content.ReadAsByteArrayAsync(cancel));
        return course.RootElement.GetProperty("id").GetString()!;
    }

    private static Task<double[]> Together(Student[] students, string course, CancellationToken cancel) =>
        Task.WhenAll(students.Select(student => student.Start(course, cancel)));

    private static async Task<List<double>> OneByOne(Student[] students, string course, CancellationToken cancel)
    {
        List<double> all = [];
        foreach (var student in students.Take(AloneMax))
        {
            all.Add(await student.Start(course, cancel));
        }

        return all;
    }

    private void Print(List<double> alone, List<double> together, TextWriter output)
    {
        var (p50, p99) = (Statistics.Percentile(together, 50), Statistics.Percentile(together, 99));
        var (p50Alone, p99Alone) = (Statistics.Percentile(alone, 50), Statistics.Percentile(alone, 99));
        output.WriteLine(
            $"PaymentGateway {options.Commit}, {Environment.ProcessorCount} cores; {options.Count} students at once, {Rounds} times, all answered; ms");
        output.WriteLine();
        output.WriteLine("| starts | p50 | p99 |");
        output.WriteLine("| --- | --- | --- |");
        output.WriteLine(Line($"| one alone ({alone.Count}) | {p50Alone:0.0} | {p99Alone:0.0} |"));
        output.WriteLine(Line($"| {options.Count} at once ({together.Count}) | {p50:0.0} | {p99:0.0} |"));
        output.WriteLine(Line($"| ratio | {p50 / p50Alone:0.0} | {p99 / p99Alone:0.0} |"));
        output.WriteLine();
        output.WriteLine(JsonSerializer.Serialize(new
        {
            students = options.Count,
            answered = together.Count,
            alone_p50_ms = Math.Round(p50Alone, 1),
            alone_p99_ms = Math.Round(p99Alone, 1),
            together_p50_ms = Math.Round(p50, 1),
            together_p99_ms = Math.Round(p99, 1),
            ratio_p50 = Math.Round(p50 / p50Alone, 2),
            ratio_p99 = Math.Round(p99 / p99Alone, 2),
            commit = options.Commit,
        }));
    }

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
