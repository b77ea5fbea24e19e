using System.Globalization;
using System.Text;

namespace PaymentGateway.Identity;

/// <summary>Reads the answers of Redis: words, numbers and lists of numbers. Anything else breaks the connection.</summary>
internal sealed class RedisReader(Stream stream)
{
    private const int LineMax = 1024;

    private readonly byte[] buffer = new byte[4096];
    private int start;
    private int end;

    /// <summary>A word such as OK or QUEUED.</summary>
    /// <exception cref="RedisException">It said no.</exception>
    public async Task Word(CancellationToken cancel)
    {
        if (await Line(cancel) is not ['+', ..])
        {
            throw Unexpected();
        }
    }

    /// <summary>A list of so many numbers.</summary>
    /// <exception cref="RedisException">It said no, or ran nothing.</exception>
    public async Task<IReadOnlyList<long>> Numbers(int count, CancellationToken cancel)
    {
        if (await Line(cancel) != string.Create(CultureInfo.InvariantCulture, $"*{count}"))
        {
            throw Unexpected();
        }

        var numbers = new long[count];
        for (var i = 0; i < count; i++)
        {
            var line = await Line(cancel);
            if (line is not [':', ..] || !long.TryParse(line.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
            {
                throw Unexpected();
            }
        }

        return numbers;
    }

    /// <summary>A line without its end.</summary>
    /// <exception cref="RedisException">It is an error. Only its first word is told: the rest may repeat what was sent.</exception>
    private async Task<string> Line(CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (true)
        {
            var c = await Next(cancel);
            if (c == '\n' && line is [.., '\r'])
            {
                line.Length--;
                return line is ['-', ..] ? throw new RedisException($"Redis refuses: {line.ToString(1, line.Length - 1).Split(' ')[0]}") : line.ToString();
            }

            line.Append(c);
            if (line.Length > LineMax)
            {
                throw Unexpected();
            }
        }
    }

    private async ValueTask<char> Next(CancellationToken cancel)
    {
        if (start == end)
        {
            (start, end) = (0, await stream.ReadAsync(buffer, cancel));
            if (end == 0)
            {
                throw new IOException("the connection was closed");
            }
        }

        return (char)buffer[start++];
    }

    private static RedisException Unexpected() => new("Redis answers what nobody has asked for.");
}
