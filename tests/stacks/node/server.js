// A small CRM for node-soap: `node server.js WSDL FOLDER` prints its port when it listens.
//
// FOLDER is where sessions are kept, so that a test can end them.

"use strict";

const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const soap = require("soap");

const [wsdl, folder] = process.argv.slice(2);
const customers = new Map();
const heard = { Raw: "", Understood: "" };
let arriving = "";

// JavaScript's numbers and dates would change these.
const kept = (text) => text;
const AS_TEXT = { decimal: kept, long: kept, double: kept, date: kept, dateTime: kept };

function told(code, words) {
  return {
    Fault: {
      faultcode: "soap:Client",
      faultstring: words,
      detail: { Error: { Code: code, Message: words } },
      statusCode: 500,
    },
  };
}

function demandSession(headers) {
  const token = headers && headers.Session && headers.Session.Token;
  if (!token || !fs.existsSync(path.join(folder, `session-${path.basename(token)}`))) {
    throw told("SESSION_EXPIRED", "Sign in first");
  }
}

function stored(id) {
  if (!customers.has(id)) {
    throw told("NOT_FOUND", `There is no customer ${id} & never was <any>`);
  }
  return customers.get(id);
}

// What is empty comes as null, and null would leave with xsi:nil and no declaration of xsi.
function stowed(customer) {
  return JSON.parse(JSON.stringify(customer), (_, value) => (value === null ? "" : value));
}

function remember(id, customer) {
  customers.set(id, stowed(customer));
  heard.Raw = arriving;
  heard.Understood = JSON.stringify(customer);
}

const operations = {
  Login({ Password }) {
    if (Password !== "right") {
      throw told("LOGIN_REFUSED", "Unknown user or password");
    }
    const token = crypto.randomBytes(8).toString("hex");
    fs.writeFileSync(path.join(folder, `session-${token}`), "");
    return { Token: token };
  },
  CreateCustomer({ Customer }, _, headers) {
    demandSession(headers);
    const id = `C${customers.size + 1}`;
    remember(id, Customer);
    return { Id: id };
  },
  GetCustomer({ Id }, _, headers) {
    demandSession(headers);
    return { Customer: stored(Id) };
  },
  UpdateCustomer({ Id, Customer }, _, headers) {
    demandSession(headers);
    stored(Id);
    remember(Id, Customer);
    return { Version: 2 };
  },
  ListCustomers({ Count }, _, headers) {
    demandSession(headers);
    const numbers = Array.from({ length: Number(Count) }, (_, index) => index + 1);
    return {
      Customers: {
        Customer: numbers.map((number) => ({ ...stored("C1"), Name: `Customer ${number}` })),
      },
    };
  },
  Heard() {
    return heard;
  },
  Wait({ Seconds }, answer) {
    setTimeout(() => answer({ Waited: Seconds }), Number(Seconds) * 1000);
  },
};

const server = http.createServer((_, response) => {
  response.statusCode = 404;
  response.end();
});
server.listen(0, "127.0.0.1", () => {
  const service = { Crm: { CrmPort: operations } };
  const listener = soap.listen(server, {
    path: "/crm",
    services: service,
    xml: fs.readFileSync(wsdl, "utf8"),
    customDeserializer: AS_TEXT,
    callback: () => process.stdout.write(`${server.address().port}\n`),
  });
  listener.log = (kind, data) => {
    if (kind === "received") {
      arriving = data;
    }
  };
});
