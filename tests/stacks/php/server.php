<?php
// A small CRM for PHP's own SOAP extension, run by `php -S HOST:PORT server.php`.
//
// STACK_WSDL is the contract, STACK_FOLDER where customers, sessions and the last request are kept.
// Each request runs this script anew.

declare(strict_types=1);

ini_set('soap.wsdl_cache_enabled', '0');
ini_set('serialize_precision', '-1');
ini_set('display_errors', 'stderr');

$folder = getenv('STACK_FOLDER');
$wsdl = getenv('STACK_WSDL');
$wrapped = basename($wsdl) === 'document.wsdl';

function told(string $code, string $words): SoapFault
{
    $detail = sprintf(
        '<detail><Error xmlns="urn:stacks:crm"><Code>%s</Code><Message>%s</Message></Error></detail>',
        $code,
        htmlspecialchars($words, ENT_XML1)
    );
    return new SoapFault('Client', $words, null, new SoapVar($detail, XSD_ANYXML));
}

/** What PHP understood, as JSON; bytes as hexadecimal. */
function understood(mixed $value): mixed
{
    $found = [];
    foreach ((array) $value as $name => $inner) {
        if (in_array($name, ['Logo', 'Checksum'], true)) {
            $found[$name] = bin2hex($inner);
        } else {
            $found[$name] = is_array($inner) || is_object($inner) ? understood($inner) : $inner;
        }
    }
    return $found;
}

final class Crm
{
    private bool $signedIn = false;

    public function __construct(private string $folder)
    {
    }

    /** The header of that name. */
    public function Session(object $header): void
    {
        $this->signedIn = is_file("{$this->folder}/session-{$header->Token}");
    }

    public function Login(string $user, string $password): string
    {
        if ($password !== 'right') {
            throw told('LOGIN_REFUSED', 'Unknown user or password');
        }
        $token = bin2hex(random_bytes(8));
        touch("{$this->folder}/session-$token");
        return $token;
    }

    public function CreateCustomer(object $customer): string
    {
        $this->demandSession();
        $id = 'C' . (count(glob("{$this->folder}/customer-*")) + 1);
        file_put_contents("{$this->folder}/customer-$id", serialize($customer));
        $this->remember($customer);
        return $id;
    }

    public function GetCustomer(string $id): object
    {
        $this->demandSession();
        return $this->stored($id);
    }

    public function UpdateCustomer(string $id, object $customer): int
    {
        $this->demandSession();
        $this->stored($id);
        file_put_contents("{$this->folder}/customer-$id", serialize($customer));
        $this->remember($customer);
        return 2;
    }

    /** That many customers: the first one again and again, with a number in its name. */
    public function ListCustomers(int $count): array
    {
        $this->demandSession();
        $customers = [];
        for ($number = 1; $number <= $count; $number++) {
            $customer = $this->stored('C1');
            $customer->Name = "Customer $number";
            $customers[] = $customer;
        }
        return $customers;
    }

    /** The last customer that came, as it arrived and as it was understood. */
    public function Heard(): array
    {
        return [
            'Raw' => (string) @file_get_contents("{$this->folder}/raw"),
            'Understood' => (string) @file_get_contents("{$this->folder}/understood"),
        ];
    }

    public function Wait(float $seconds): float
    {
        usleep((int) ($seconds * 1e6));
        return $seconds;
    }

    private function demandSession(): void
    {
        if (!$this->signedIn) {
            throw told('SESSION_EXPIRED', 'Sign in first');
        }
    }

    private function stored(string $id): object
    {
        $file = "{$this->folder}/customer-$id";
        if (!is_file($file)) {
            throw told('NOT_FOUND', "There is no customer $id & never was <any>");
        }
        return unserialize(file_get_contents($file));
    }

    private function remember(object $customer): void
    {
        file_put_contents("{$this->folder}/raw", file_get_contents('php://input'));
        $json = json_encode(understood($customer), JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
        file_put_contents("{$this->folder}/understood", $json);
    }
}

/** The same CRM for document/literal: one object in, one array out. */
final class Wrapped
{
    private const ANSWERS = [
        'Login' => 'Token',
        'CreateCustomer' => 'Id',
        'GetCustomer' => 'Customer',
        'UpdateCustomer' => 'Version',
        'Wait' => 'Waited',
    ];

    public function __construct(private Crm $crm)
    {
    }

    public function __call(string $name, array $given): mixed
    {
        if ($name === 'Session') {
            $this->crm->Session($given[0]);
            return null;
        }
        $answer = $this->crm->$name(...array_values((array) ($given[0] ?? [])));
        if ($name === 'ListCustomers') {
            return ['Customers' => ['Customer' => $answer]];
        }
        return isset(self::ANSWERS[$name]) ? [self::ANSWERS[$name] => $answer] : $answer;
    }
}

$crm = new Crm($folder);
$server = new SoapServer($wsdl, ['features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
$server->setObject($wrapped ? new Wrapped($crm) : $crm);
$server->handle();
