using System.Diagnostics;
using System.Text;

namespace PaymentGateway.Tests.Events;

/// <summary>One Node that answers each document with the bytes of JSON.stringify(JSON.parse(document)).</summary>
public sealed class NodeProcess : IDisposable
{
    // Base64 keeps a document with line breaks on one line.
    private const string Script = """
        require('node:readline').createInterface({ input: process.stdin }).on('line', line => {
          const text = Buffer.from(line, 'base64').toString('utf8');
          process.stdout.write(Buffer.from(JSON.stringify(JSON.parse(text)), 'utf8').toString('base64') + '\n');
        });
        """;

    private readonly Process _node = Process.Start(new ProcessStartInfo("node", ["-e", Script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Answers in the order of the questions. Reads while it writes, because a pipe holds only so much.</summary>
    internal async Task<List<byte[]>> Stringify(IReadOnlyList<byte[]> documents)
    {
        var asking = Task.Run(async () =>
        {
            foreach (var document in documents)
                await _node.StandardInput.WriteLineAsync(Convert.ToBase64String(document));
            await _node.StandardInput.FlushAsync();
        });

        var answers = new List<byte[]>(documents.Count);
        while (answers.Count < documents.Count)
        {
            var line = await _node.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(
                $"Node refused {Encoding.UTF8.GetString(documents[answers.Count])}: {await _node.StandardError.ReadToEndAsync()}");
            answers.Add(Convert.FromBase64String(line));
        }

        await asking;
        return answers;
    }

    public void Dispose()
    {
        _node.StandardInput.Close();
        if (!_node.WaitForExit(TimeSpan.FromSeconds(10)))
            _node.Kill();
        _node.Dispose();
    }
}
